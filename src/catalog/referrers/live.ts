import { environments, workloadDeployments } from '../../api/kinds.ts';
import type { Resource } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import { acceptAll, type ReferrerIndex } from '../referrers.ts';
import { topologyName } from '../stores/cached.ts';
import { groupBySpokeNamespace, referencedName, spokeNamespacesOf } from './keys.ts';

/** The maximum number of objects that are read one by one. If there are more, all objects of their kind are listed. */
const maxSingleReads = 50;

/**
 * Finds objects in caches and reads them live. Objects that no longer exist, or no longer have the ref, are left out. It is
 * used for one request: objects that were listed are not read again, and the signal aborts its requests.
 */
export function liveReferrers(cached: ReferrerIndex, client: Client, signal?: AbortSignal): ReferrerIndex {
  let singleReads = 0;
  const lists = new Map<string, Promise<UncheckedObject[]>>();
  let bySpokeNamespace: Promise<Map<string, UncheckedObject[]>> | undefined;
  /** Reads objects live: one by one up to the maximum, then all objects of the kind in one list. */
  const readLive = async (resource: Resource, found: readonly UncheckedObject[]): Promise<UncheckedObject[]> => {
    const listed = lists.get(resource.plural);
    if (listed !== undefined || found.length === 0) return listed ?? [];
    if (singleReads + found.length > maxSingleReads) {
      const all = client.list<UncheckedObject>(resource, { signal }).then(({ items }) => items);
      lists.set(resource.plural, all);
      return all;
    }
    singleReads += found.length;
    const live = await Promise.all(
      found.map(({ metadata: { namespace, name } }) =>
        getIfPresent<UncheckedObject>(client, resource, { namespace, name }, { signal }),
      ),
    );
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
