import { LRUCache } from 'lru-cache';
import type { KubeObject } from '../api/object.ts';
import { canonicalJson, type Hash } from '../domain/json/canonical-json.ts';
import type { HubObject } from '../domain/render/hub-objects.ts';

/**
 * What the API server stored when objects were applied. If it does not store an object as it was sent (for example, it drops a
 * null, or an admission plugin edits the object), the stored object always differs from the desired one. Without a snapshot,
 * every reconcile would apply it again.
 */
export interface AppliedSnapshots {
  remember(applied: HubObject, stored: KubeObject): void;
  /** Whether `present` is the result of applying `desired`, without an edit since then. */
  matches: (desired: HubObject, present: KubeObject) => boolean;
}

/** At most this many snapshots are kept; an object without a snapshot is applied once more. */
const maxSnapshots = 5000;

/** Creates snapshots in memory, so a new leader applies each of these objects once more. */
export function createAppliedSnapshots(hash: Hash): AppliedSnapshots {
  const snapshots = new LRUCache<string, { applied: string; stored: string }>({ max: maxSnapshots });
  const fingerprint = (object: KubeObject) => hash(canonicalJson(editableFields(object)));
  return {
    remember(applied, stored) {
      const { uid } = stored.metadata;
      if (uid !== undefined) snapshots.set(uid, { applied: fingerprint(applied), stored: fingerprint(stored) });
    },
    matches: (desired, present) => {
      const snapshot = snapshots.get(present.metadata.uid ?? '');
      return snapshot?.stored === fingerprint(present) && snapshot.applied === fingerprint(desired);
    },
  };
}

/** The fields that only an edit changes: without the status and without the fields that the API server maintains. */
function editableFields({ metadata: { labels = {}, annotations = {} }, ...object }: KubeObject) {
  const fields = Object.entries(object).filter(([field]) => field !== 'status');
  return { ...Object.fromEntries(fields), labels, annotations };
}
