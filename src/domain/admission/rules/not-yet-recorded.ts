import { withDefaults } from '../../spoke/admission-defaults.ts';
import { contentHash, isRecorded, readStamp } from '../../revisions/revision.ts';
import { revisionedKinds, type Rule } from '../rule.ts';

/**
 * An edit of content that is not recorded yet. It waits, so that at most one revision is ever unrecorded, and that is
 * the live object itself. kubectl and client-go retry a 429 with `retryAfterSeconds` by themselves, ten times.
 */
export const notYetRecorded: Rule = {
  code: 'NotYetRecorded',
  summary: 'The content that the edit replaces is not recorded as a revision yet; the client tries again.',
  remedy: 'Nothing: kubectl and client-go try again by themselves. It lasts while the controller is away.',
  kinds: revisionedKinds,
  operations: ['UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'TooManyRequests',
  needsLiveRead: false,
  fixed: true,
  find({ request: { object, oldObject, kind, namespace, name }, hash }) {
    if (object === undefined || oldObject === undefined) return [];
    if (isRecorded(oldObject, hash)) return [];
    const before = contentHash(oldObject, hash);
    const after = contentHash(object, hash);
    // What came while the webhook was away lacks its defaults; the touch that stamps it adds them.
    const isStamped = readStamp(oldObject.metadata)?.hash === before;
    const touched = isStamped ? before : contentHash(withDefaults(kind, oldObject), hash);
    if (after === before || after === touched) return [];
    const message = `${kind} ${namespace}/${name} has an edit that is not recorded yet; try again in a second (this lasts while the mooring controller is away)`;
    return [{ path: '', message }];
  },
};
