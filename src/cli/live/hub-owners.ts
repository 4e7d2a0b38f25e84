import { crdNameOf, customResourceDefinitions } from '../../api/crd.ts';
import { environments, workloadDeployments } from '../../api/kinds.ts';
import { keyOf, type KubeObject, type Resource } from '../../api/object.ts';
import { renderedKinds } from '../../api/ocm.ts';
import { topologyKinds } from '../../config.ts';
import { deploymentHashLabel } from '../../domain/annotations.ts';
import { namedOwner, titleOfOwner, type NamedOwner } from '../../domain/render/ownership.ts';
import { allowedKindOf, nameOfKind, type TopologyKind } from '../../domain/render/topology-kind.ts';
import type { Client } from '../../kube/client/client.ts';
import { findKind } from '../../kube/client/discovery.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import { UsageError } from '../../usage-error.ts';
import { CommandFailed } from './command-failed.ts';
import type { LiveCommand } from './live-command.ts';

/** Options of a command about objects on the hub and their owners. */
export interface OwnerOptions {
  namespace?: string;
  all?: boolean;
  topologyKind?: string[];
  kubeconfig?: string;
  context?: string;
}

/** An object on the hub. Only its metadata is read. */
export interface OnHub {
  resource: Resource;
  object: KubeObject;
}

/** An owner that objects on the hub name, with these objects: ManifestWorkReplicaSets first, then Placements, then other kinds. */
export interface HubOwner {
  owner: NamedOwner;
  /** The owner as it is now; absent if it does not exist. */
  live?: KubeObject;
  objects: OnHub[];
}

/** What a command reads about the objects on the hub. */
export interface HubOwners {
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. */
  installation: string;
  owners: HubOwner[];
}

const crd = { name: crdNameOf(workloadDeployments) };

/**
 * Reads the objects on the hub that name the selected owners: WorkloadDeployments by name, or with `--all` every deployment and
 * Environment. Objects of other kinds than those of OCM are read if `--topology-kind` names them. Throws UsageError, or CommandFailed if nothing can say which owners exist.
 */
export async function readHubOwners(
  names: readonly string[],
  options: OwnerOptions,
  { client, namespace }: Pick<LiveCommand, 'client' | 'namespace'>,
): Promise<HubOwners> {
  if (names.length > 0 === (options.all === true)) {
    throw new UsageError('give either the NAMEs of WorkloadDeployments or --all');
  }
  const isSelected = (owner: NamedOwner) =>
    options.all === true
      ? [undefined, owner.namespace].includes(options.namespace)
      : owner.kind === 'WorkloadDeployment' && owner.namespace === namespace && names.includes(owner.name);
  const installation = await readInstallation(client);
  const found = new Map<string, HubOwner>();
  const others = await Promise.all(topologyKinds(options.topologyKind).map((kind) => readResource(client, kind)));
  for (const resource of [...renderedKinds.toReversed(), ...others]) {
    const labelSelector = others.includes(resource) ? deploymentHashLabel : undefined;
    for (const object of (await client.list(resource, { metadataOnly: true, labelSelector })).items) {
      const owner = namedOwner(object);
      if (owner === undefined || !isSelected(owner)) continue;
      const known = found.get(titleOfOwner(owner)) ?? { owner, objects: [] };
      known.objects.push({ resource, object });
      found.set(titleOfOwner(owner), known);
    }
  }
  // Owners are read after their objects: what is created in between has an owner that is read.
  const existing = new Map<string, KubeObject>();
  for (const [kind, resource] of [
    ['WorkloadDeployment', workloadDeployments] as const,
    ['Environment', environments] as const,
  ]) {
    for (const live of (await client.list(resource, { metadataOnly: true })).items)
      existing.set(`${kind} ${keyOf(live)}`, live);
  }
  const owners = [...found.values()].map((known): HubOwner => {
    const live = existing.get(titleOfOwner(known.owner));
    return live === undefined ? known : { ...known, live };
  });
  return {
    installation,
    owners: owners.toSorted((left, right) => (titleOfOwner(left.owner) < titleOfOwner(right.owner) ? -1 : 1)),
  };
}

async function readResource(client: Client, kind: TopologyKind): Promise<Resource> {
  const name = nameOfKind(allowedKindOf(kind));
  const found = await findKind(client, kind);
  if (found === undefined) throw new CommandFailed(`--topology-kind ${name}: the API server does not serve this kind`);
  if (found.state === 'served' && found.resource.namespaced) return found.resource;
  throw new CommandFailed(
    found.state === 'served'
      ? `--topology-kind ${name}: the kind is not in a namespace, so mooring never writes it`
      : `--topology-kind ${name}: the API server serves this kind only in ${found.versions.join(', ')}`,
  );
}

async function readInstallation(client: Client): Promise<string> {
  const found = await getIfPresent(client, customResourceDefinitions, crd, { metadataOnly: true });
  if (found?.metadata.uid === undefined || found.metadata.deletionTimestamp !== undefined) {
    const why = found === undefined ? 'does not exist' : 'is being deleted';
    throw new CommandFailed(
      `CustomResourceDefinition ${crd.name} ${why}, so nothing says which objects have an owner; install mooring first`,
    );
  }
  return found.metadata.uid;
}

/** The owner as it is now; `undefined` if the API server says that it does not exist. */
export function readOwner(client: Client, { kind, namespace, name }: NamedOwner): Promise<KubeObject | undefined> {
  const resource = kind === 'Environment' ? environments : workloadDeployments;
  return getIfPresent(client, resource, { namespace, name }, { metadataOnly: true });
}

/** `Placement hub/web`. */
export function titleOnHub({ resource, object }: OnHub): string {
  return `${resource.kind} ${keyOf(object)}`;
}
