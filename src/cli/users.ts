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

/** A referrer of an object, and the revision that its ref resolves to now. */
export interface User {
  kind: 'WorkloadDeployment' | 'Environment';
  namespace: string;
  name: string;
  /** The revision of an Environment that contains the ref, if it is an older one that deployments use. */
  atRevision?: number;
  /** The ref as it is written in the object. */
  ref: string;
  resolution: Resolution;
  /** Whether the referrer is terminating. */
  deleting: boolean;
}

/** Where referrers are read. */
export interface UserSources {
  client: Client;
  catalog: Catalog;
}

/** All referrers of an object, sorted. `partial` is true if those in other namespaces may not be read. */
export async function usersOf(
  found: FoundObject,
  history: History,
  { client, catalog }: UserSources,
): Promise<{ users: User[]; partial: boolean }> {
  const { objects, partial } = await listReferrers(client, found);
  const index = listedReferrers(catalog.systemNamespace, () => objects);
  const { current, recorded } = await referrersOf(found, { index, systemNamespace: catalog.systemNamespace });
  const users: User[] = [];
  for (const { kind, object, text, ref, namespaces } of current) {
    // The same ref to a profile may resolve to a profile in another namespace.
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
  const older = [...revisions].flatMap((revision) => olderRevision(revision, objects, history));
  return { users: [...users, ...older].toSorted(byName), partial };
}

/** The objects that may refer to an object, listed live. */
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

/** An Environment at an older revision. For its newest revision it is already in the list. */
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

/** The parts are separated by a character that names cannot contain. The newest revision, which has no number here, is first. */
function sortKey({ namespace, name, atRevision = 0 }: User): string {
  return `${namespace}\u0000${name}\u0000${String(atRevision).padStart(10, '0')}`;
}

/** How many referrers a revision has now, without terminating ones. */
export function usersAt(users: readonly User[], revision: number): number {
  return users.filter(
    ({ resolution, deleting }) => !deleting && resolution.state === 'resolved' && resolution.revision === revision,
  ).length;
}

/** The warning that users in other namespaces are not known, with the command that grants the right to read them. */
export function partialUsersWarning({ namespace }: { namespace: string }): string {
  return `you may read users in namespace ${namespace} only, so those in other namespaces are left out; an administrator grants the right to read all: kubectl create clusterrolebinding NAME --clusterrole=mooring-view --user=USER`;
}
