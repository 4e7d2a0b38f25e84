import { environments, workloadDeployments } from '../api/kinds.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { resolve, type History, type Resolution } from '../domain/refs/resolution.ts';
import type { Client } from '../kube/client/client.ts';
import type { FoundObject } from './live/found-object.ts';
import { listEverywhere } from './live/list-everywhere.ts';
import { fieldOfKind } from '../domain/refs/reference-fields.ts';
import { readRef, readTopologyRef, type ReadRef } from '../domain/refs/read-ref.ts';
import type { Definition } from '../domain/revisions/definition.ts';

/** Who refers to an object, and what the ref means now. */
export interface User {
  kind: 'WorkloadDeployment' | 'Environment';
  namespace: string;
  name: string;
  /** Of an Environment: the revision that holds the ref, where it is an older one that deployments use. */
  atRevision?: number;
  /** As it is written. */
  ref: string;
  resolution: Resolution;
  /** Whether the user is on its way out. */
  deleting: boolean;
}

/** What users are looked up with. */
export interface UserSources {
  client: Client;
  catalog: Catalog;
}

/** All who refer to an object, sorted; `partial` where those of other namespaces may not be read. */
export async function usersOf(
  found: FoundObject,
  history: History,
  sources: UserSources,
): Promise<{ users: User[]; partial: boolean }> {
  const deployments = await listEverywhere(sources.client, workloadDeployments, found.namespace);
  if (found.kind !== 'PolicyDefinition') {
    const users = await deploymentsThatUse(found.kind, found, deployments.items, history, sources);
    return { users: users.toSorted(byName), partial: deployments.partial };
  }
  const live = await listEverywhere(sources.client, environments, found.namespace);
  const older = await olderEnvironments(deployments.items, sources);
  const users = [...live.items.map((definition) => ({ definition, spec: definition.spec })), ...older].flatMap(
    ({ definition, spec, ...at }): User[] => {
      const reference = readTopologyRef(spec, sources.catalog.systemNamespace);
      if (reference?.ref.name !== found.name || !reference.namespaces.includes(found.namespace)) return [];
      return [{ ...userOf('Environment', definition, reference, history), ...at }];
    },
  );
  return { users: users.toSorted(byName), partial: deployments.partial || live.partial };
}

async function deploymentsThatUse(
  kind: 'Environment' | 'WorkloadProfile',
  { namespace, name }: FoundObject,
  deployments: Definition[],
  history: History,
  { catalog }: UserSources,
): Promise<User[]> {
  const users: User[] = [];
  for (const deployment of deployments) {
    const reference = readRef(deployment, fieldOfKind(kind), catalog.systemNamespace);
    if (reference?.ref.name !== name || !reference.namespaces.includes(namespace)) continue;
    const facts = await catalog.find(kind, reference);
    if (facts.namespace === namespace) users.push(userOf('WorkloadDeployment', deployment, reference, history));
  }
  return users;
}

/** The Environments at revisions that are not their newest, but that deployments use: their topologies are in use too. */
async function olderEnvironments(deployments: Definition[], { catalog }: UserSources) {
  const older = new Map<string, { definition: Definition; atRevision: number; spec: Definition['spec'] }>();
  for (const deployment of deployments) {
    const reference = readRef(deployment, 'environmentRef', catalog.systemNamespace);
    if (reference === undefined) continue;
    const { ref } = reference;
    const { definition, history, namespace } = await catalog.find('Environment', reference);
    if (definition === undefined || history === undefined) continue;
    const resolution = resolve(ref.selector, history);
    if (resolution.state !== 'resolved' || resolution.revision === history.newest.revision) continue;
    const { revision: atRevision } = resolution;
    const key = `${namespace}/${ref.name}@v${atRevision}`;
    if (older.has(key)) continue;
    older.set(key, {
      definition,
      atRevision,
      spec: await catalog.specAt('Environment', definition, atRevision),
    });
  }
  return older.values();
}

function userOf(kind: User['kind'], { metadata }: Definition, { text, ref }: ReadRef, history: History): User {
  return {
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ref: text,
    resolution: resolve(ref.selector, history),
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

function byName(left: User, right: User): number {
  return sortKey(left) < sortKey(right) ? -1 : 1;
}

/** Separated by what no name can hold; the newest revision, which has no number here, comes first. */
function sortKey({ namespace, name, atRevision = 0 }: User): string {
  return `${namespace}\u0000${name}\u0000${String(atRevision).padStart(10, '0')}`;
}

/** How many users a revision has now; those that are being deleted do not count. */
export function usersAt(users: readonly User[], revision: number): number {
  return users.filter(
    ({ resolution, deleting }) => !deleting && resolution.state === 'resolved' && resolution.revision === revision,
  ).length;
}
