import type { KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, type ManifestWorkReplicaSet } from '../../api/ocm.ts';
import { namespacesHeldBy } from '../../domain/work-namespaces.ts';
import { byHeldWork, deploymentOf, type ControllerCaches } from '../watches.ts';

/**
 * The ManifestWorkReplicaSets of deployments as they are on the hub: the cache, and over it what this process wrote and
 * the cache has not brought back yet. Without that, of two deployments that are applied right after each other the second
 * would not see the first.
 */
export interface AppliedWorks {
  of(deploymentKey: string): ManifestWorkReplicaSet[];
  /** Keys of deployments with works in a namespace on the spokes. */
  deploymentsIn(namespace: string): string[];
  get(namespace: string, name: string): ManifestWorkReplicaSet | undefined;
  remember(written: KubeObject): void;
}

/** Begins to follow the cache at once. */
export function createAppliedWorks({ replicaSets }: Pick<ControllerCaches, 'replicaSets'>): AppliedWorks {
  const written = new Map<string, ManifestWorkReplicaSet>();
  const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
  replicaSets.subscribe(({ type, object }) => {
    const key = keyOf(object);
    const known = written.get(key);
    if (known === undefined) return;
    const isSame = known.metadata.uid === object.metadata.uid;
    // Events come in order: an older one of the same object says nothing about what was written since.
    if (!isSame || type === 'deleted' || generation(object) >= generation(known)) written.delete(key);
  });
  const recent = (deploymentKey: string) =>
    [...written.values()].filter((work) => deploymentOf(work) === deploymentKey);
  return {
    of(deploymentKey) {
      const works = new Map(replicaSets.byIndex('deployment', deploymentKey).map((work) => [keyOf(work), work]));
      for (const work of recent(deploymentKey)) works.set(keyOf(work), work);
      return [...works.values()].map((work) => ({ ...work, kind: manifestWorkReplicaSets.kind }));
    },
    deploymentsIn(namespace) {
      const cached = replicaSets.byIndex(byHeldWork, namespace);
      const fresh = [...written.values()].filter((work) => namespacesHeldBy(work).includes(namespace));
      return [...new Set([...cached, ...fresh].map(deploymentOf).filter((key) => key !== undefined))];
    },
    get: (namespace, name) => written.get(`${namespace}/${name}`) ?? replicaSets.get(namespace, name),
    remember(object) {
      if (object.kind === manifestWorkReplicaSets.kind) written.set(keyOf(object), object as ManifestWorkReplicaSet);
    },
  };
}

function generation({ metadata }: KubeObject): number {
  return metadata.generation ?? 0;
}
