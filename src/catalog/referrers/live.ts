import { environments, workloadDeployments } from '../../api/kinds.ts';
import type { Resource } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Client } from '../../kube/client/client.ts';
import { isNotFound } from '../../kube/client/errors.ts';
import { acceptAll, type ReferrerIndex } from '../referrers.ts';
import { topologyName } from '../stores/cached.ts';
import { groupBySpokeNamespace, referencedName, spokeNamespacesOf } from './keys.ts';

/** More objects than these are not read one by one: all objects of their kind are listed instead. */
const maxSingleReads = 50;

/**
 * Looks up in caches, and reads live what is found there: objects that are gone, or that no longer refer to what was asked
 * for, are left out. For one request: what was listed is not read again, and an aborted signal ends what is being read.
 */
export function liveReferrers(cached: ReferrerIndex, client: Client, signal?: AbortSignal): ReferrerIndex {
  let singleReads = 0;
  const lists = new Map<string, Promise<UncheckedObject[]>>();
  let bySpokeNamespace: Promise<Map<string, UncheckedObject[]>> | undefined;
  /** The live state of objects: read one by one while they are few, then all objects of the kind, in one list. */
  const readLive = async (resource: Resource, found: readonly UncheckedObject[]): Promise<UncheckedObject[]> => {
    const listed = lists.get(resource.plural);
    if (listed !== undefined || found.length === 0) return listed ?? [];
    if (singleReads + found.length > maxSingleReads) {
      const all = client.list<UncheckedObject>(resource, { signal }).then(({ items }) => items);
      lists.set(resource.plural, all);
      return all;
    }
    singleReads += found.length;
    const live = await Promise.all(found.map((object) => read(client, resource, object, signal)));
    return live.filter((object) => object !== undefined);
  };
  return {
    async inSpokeNamespace(namespace) {
      const live = await readLive(workloadDeployments, await cached.inSpokeNamespace(namespace));
      const listed = lists.get(workloadDeployments.plural);
      if (listed === undefined) return live.filter((object) => spokeNamespacesOf(object).includes(namespace));
      bySpokeNamespace ??= listed.then(groupBySpokeNamespace);
      return (await bySpokeNamespace).get(namespace) ?? [];
    },
    async byReference(field, name, matches = acceptAll) {
      const live = await readLive(workloadDeployments, await cached.byReference(field, name, matches));
      return live.filter((object) => referencedName(object, field).includes(name) && matches(object));
    },
    async byTopology(name, matches = acceptAll) {
      const live = await readLive(environments, await cached.byTopology(name, matches));
      return live.filter((object) => topologyName(object).includes(name) && matches(object));
    },
    recordedByTopology: (name) => cached.recordedByTopology(name),
  };
}

async function read(
  client: Client,
  resource: Resource,
  { metadata: { namespace, name } }: UncheckedObject,
  signal: AbortSignal | undefined,
): Promise<UncheckedObject | undefined> {
  try {
    return await client.get<UncheckedObject>(resource, { namespace, name }, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
