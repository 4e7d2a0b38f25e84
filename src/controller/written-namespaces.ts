import type { KubeObject } from '../api/object.ts';
import { placements } from '../api/ocm.ts';
import { environmentHashLabel } from '../domain/annotations.ts';
import { deploymentOf, environmentOf } from '../domain/render/render-identity.ts';
import type { Client } from '../kube/client/client.ts';
import type { RenderedCaches } from './other-kinds/rendered-kind.ts';

/**
 * The namespaces on the hub in which this leader has written objects of an owner. When an owner is deleted, objects that neither
 * a cache nor its status shows yet are searched only there, not in all namespaces of the hub.
 */
export class WrittenNamespaces {
  readonly #namespaces = new Map<string, Set<string>>();
  #primed: Promise<void> | undefined;

  /** Remembers the namespace of a rendered object for its deployment, or for its Environment if it has no deployment. */
  remember(written: KubeObject): void {
    const owner = ownerOf(written);
    const { namespace } = written.metadata;
    if (owner === undefined || namespace === undefined) return;
    const known = this.#namespaces.get(owner) ?? new Set();
    this.#namespaces.set(owner, known.add(namespace));
  }

  /** Lists the objects on the hub once: the cache of a new leader may lack the last writes of the previous leader. */
  prime(client: Client, caches: PrimingCaches): Promise<void> {
    this.#primed ??= this.#readObjects(client, caches).catch((error: unknown) => {
      this.#primed = undefined;
      throw error;
    });
    return this.#primed;
  }

  of(owner: Owner): string[] {
    return [...(this.#namespaces.get(keyOfOwner(owner)) ?? [])];
  }

  forget(owner: Owner): void {
    this.#namespaces.delete(keyOfOwner(owner));
  }

  /** Forgets everything when this process stops leading. */
  clear(): void {
    this.#namespaces.clear();
    this.#primed = undefined;
  }

  async #readObjects(client: Client, { placements: cache, otherKinds }: PrimingCaches): Promise<void> {
    const options = { labelSelector: environmentHashLabel, metadataOnly: true };
    const kinds = [
      { resource: placements, cache },
      ...otherKinds.map((other) => ({ resource: other.resource, cache: other })),
    ];
    for (const kind of kinds) {
      if (kind.resource === undefined) continue;
      try {
        for (const object of (await client.list(kind.resource, options)).items) this.remember(object);
      } catch (error) {
        // If the kind is not installed, there are no such objects.
        if (!(await kind.cache.isNotServed(error))) throw error;
      }
    }
  }
}

type PrimingCaches = Pick<RenderedCaches, 'placements' | 'otherKinds'>;

/** The object that others were rendered for. */
interface Owner {
  kind: 'Environment' | 'WorkloadDeployment';
  /** `namespace/name`. */
  key: string;
}

function ownerOf(rendered: KubeObject): string | undefined {
  const deployment = deploymentOf(rendered);
  if (deployment !== undefined) return keyOfOwner({ kind: 'WorkloadDeployment', key: deployment });
  const environment = environmentOf(rendered);
  return environment === undefined ? undefined : keyOfOwner({ kind: 'Environment', key: environment });
}

function keyOfOwner({ kind, key }: Owner): string {
  return `${kind}/${key}`;
}
