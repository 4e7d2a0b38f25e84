import { definitionRevisions, environments, workloadDeployments } from '../api/kinds.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { deploymentsAt, referrersOf, type RecordedReferrer } from '../catalog/referrers.ts';
import { listedReferrers } from '../catalog/referrers/listed.ts';
import { revisionLabels } from '../domain/annotations.ts';
import { resolve, type History, type Resolution } from '../domain/refs/resolution.ts';
import { readStamp } from '../domain/revisions/revision.ts';
import type { Client } from '../kube/client/client.ts';
import type { FoundObject } from './live/found-object.ts';
import { listEverywhere } from './live/list-everywhere.ts';

/** Who refers to an object, and what the ref means now. */
export interface User {
  kind: 'WorkloadDeployment' | 'Environment';
  namespace: string;
  name: string;
  /** Of an Environment: the revision that has the ref, where it is an older one that deployments use. */
  atRevision?: number;
  /** As it is written. */
  ref: string;
  resolution: Resolution;
  /** Whether the user is terminating. */
  deleting: boolean;
}

/** What users are looked up with. */
export interface UserSources {
  client: Client;
  catalog: Catalog;
}

/** All users of an object, sorted; `partial` where the users in other namespaces may not be read. */
export async function usersOf(
  found: FoundObject,
  history: History,
  { client, catalog }: UserSources,
): Promise<{ users: User[]; partial: boolean }> {
  const { objects, partial } = await listReferrers(client, found);
  const index = listedReferrers(() => objects);
  const { current, recorded } = await referrersOf(found, { index, systemNamespace: catalog.systemNamespace });
  const users: User[] = [];
  for (const { kind, object, text, ref, namespaces } of current) {
    // A ref to a profile counts only where it is resolved to this one.
    const isElsewhere =
      kind === 'WorkloadDeployment' &&
      (await catalog.find(found.kind, { ref, namespaces })).namespace !== found.namespace;
    if (isElsewhere) continue;
    const { namespace = '', name, deletionTimestamp } = object.metadata;
    const resolution = resolve(ref.selector, history);
    users.push({ kind, namespace, name, ref: text, resolution, deleting: deletionTimestamp !== undefined });
  }
  const used = await deploymentsAt(recorded, { index, catalog });
  const revisions = new Set(used.map(({ revision }) => revision));
  users.push(...[...revisions].flatMap((revision) => olderRevision(revision, objects, history)));
  return { users: users.toSorted(byName), partial };
}

/** What may refer to an object, as the API server lists it. */
async function listReferrers(client: Client, { kind, namespace }: FoundObject) {
  const deployments = await listEverywhere(client, workloadDeployments, namespace);
  if (kind !== 'PolicyDefinition') return { objects: deployments.items, partial: deployments.partial };
  const others = await listEverywhere(client, environments, namespace);
  const revisions = await listEverywhere(client, definitionRevisions, namespace, {
    labelSelector: `${revisionLabels.kind}=${environments.kind}`,
    metadataOnly: true,
  });
  const lists = [deployments, others, revisions];
  return { objects: lists.flatMap(({ items }) => items), partial: lists.some(({ partial }) => partial) };
}

/** An Environment at a revision that is not its newest; the newest is a user by its own spec. */
function olderRevision(
  { namespace, name, revision, topology, ref }: RecordedReferrer,
  objects: readonly UncheckedObject[],
  history: History,
): User[] {
  const environment = objects.find(
    ({ kind, metadata }) => kind === environments.kind && metadata.namespace === namespace && metadata.name === name,
  );
  if (environment !== undefined && readStamp(environment.metadata)?.revision === revision) return [];
  const deleting = environment?.metadata.deletionTimestamp !== undefined;
  const resolution = resolve(ref.selector, history);
  return [{ kind: 'Environment', namespace, name, atRevision: revision, ref: topology, resolution, deleting }];
}

function byName(left: User, right: User): number {
  return sortKey(left) < sortKey(right) ? -1 : 1;
}

/** Separated by a character that names cannot contain; the newest revision, which has no number here, comes first. */
function sortKey({ namespace, name, atRevision = 0 }: User): string {
  return `${namespace}\u0000${name}\u0000${String(atRevision).padStart(10, '0')}`;
}

/** How many users a revision has now; terminating ones do not count. */
export function usersAt(users: readonly User[], revision: number): number {
  return users.filter(
    ({ resolution, deleting }) => !deleting && resolution.state === 'resolved' && resolution.revision === revision,
  ).length;
}
