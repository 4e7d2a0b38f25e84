import { withDefaults } from '../../spoke/admission-defaults.ts';
import { contentHash, isRecorded, readStamp, unknownHashFormat } from '../../revisions/revision.ts';
import { revisionedKinds, type Rule } from '../rule.ts';

/**
 * An edit of an object whose current content is not recorded yet. It is rejected until the controller has recorded that, so
 * that only the content of the live object can be unrecorded. kubectl and client-go retry a 429 with `retryAfterSeconds`
 * ten times.
 */
export const notYetRecorded: Rule = {
  code: 'NotYetRecorded',
  summary: 'The content that the edit replaces is not recorded as a revision yet; the client retries.',
  remedy: 'None needed: kubectl and client-go retry by themselves. If it persists, check that the controller runs.',
  kinds: revisionedKinds,
  operations: ['UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'TooManyRequests',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find({ request: { object, oldObject, kind, namespace, name }, hash }) {
    if (object === undefined || oldObject === undefined) return [];
    if (isRecorded(oldObject, hash)) return [];
    const before = contentHash(oldObject, hash);
    const after = contentHash(object, hash);
    // An object that was written while the webhook was down lacks the defaults; the empty patch that stamps it adds them.
    const isStamped = readStamp(oldObject.metadata)?.hash === before;
    const afterStamping = isStamped ? before : contentHash(withDefaults(kind, oldObject), hash);
    if (after === before || after === afterStamping) return [];
    const format = unknownHashFormat(oldObject.metadata);
    if (format !== undefined) {
      const problem = `the stamp of ${kind} ${namespace}/${name} has hash format ${format}, which a newer version of mooring wrote`;
      return [{ path: '', message: `${problem}; try again when all replicas of the webhook have that version` }];
    }
    const message = `${kind} ${namespace}/${name} has an edit that is not recorded yet; try again in a second (if this persists, check that the mooring controller runs)`;
    return [{ path: '', message }];
  },
};
