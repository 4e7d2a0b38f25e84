import type { KubeObject } from '../api/object.ts';
import { canonicalJson, type Hash } from '../domain/json/canonical-json.ts';
import type { HubObject } from '../domain/render/hub-objects.ts';
import { Lru } from '../lru.ts';

/**
 * What the API server made of objects that were applied. One that it does not keep as it was sent (a null that it
 * drops, an admission plugin that edits it) would differ from what is wanted for ever, and be applied with every turn.
 */
export interface AppliedSnapshots {
  remember(applied: HubObject, answer: KubeObject): void;
  /** Whether `present` is what came of applying `wanted`, and nobody has changed it since. */
  matches: (wanted: HubObject, present: KubeObject) => boolean;
}

/** Objects that are remembered; one that is forgotten is applied once more. */
const remembered = 5000;

/** Remembers in memory, so that a new leader applies once more. */
export function createAppliedSnapshots(hash: Hash): AppliedSnapshots {
  const answers = new Lru<{ wanted: string; answer: string }>({ capacity: remembered });
  const fingerprint = (object: KubeObject) => hash(canonicalJson(lasting(object)));
  return {
    remember(applied, answer) {
      const { uid } = answer.metadata;
      if (uid !== undefined) answers.set(uid, { wanted: fingerprint(applied), answer: fingerprint(answer) });
    },
    matches: (wanted, present) => {
      const known = answers.get(present.metadata.uid ?? '');
      return known?.answer === fingerprint(present) && known.wanted === fingerprint(wanted);
    },
  };
}

/** What only an edit changes: no status, nothing that the API server counts. */
function lasting({ metadata: { labels = {}, annotations = {} }, ...object }: KubeObject) {
  const fields = Object.entries(object).filter(([field]) => field !== 'status');
  return { ...Object.fromEntries(fields), labels, annotations };
}
