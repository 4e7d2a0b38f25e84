import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { isRecorded, readStamp, unknownHashFormat } from '../../revisions/revision.ts';
import { recordProblems } from '../../revisions/recordable.ts';
import { recordingFailure } from '../../revisions/recorded-condition.ts';
import { editedHash } from '../../revisions/content-edit.ts';
import { revisionedKindOf, revisionedKinds, type Rule } from '../rule.ts';
import type { Facts } from '../facts.ts';

/**
 * An edit of an object whose current content is not recorded yet. It is rejected until the controller has recorded that, so
 * that only the content of the live object can be unrecorded. kubectl and client-go retry a 429 with `retryAfterSeconds`
 * ten times.
 */
export const notYetRecorded: Rule = {
  code: 'NotYetRecorded',
  summary: 'The content that the edit replaces is not recorded as a revision yet; the client retries.',
  remedy:
    'None needed: kubectl and client-go retry by themselves. If it persists, condition `Recorded` of the object and the message say why the content cannot be recorded, such as an exhausted quota; without that condition, check that the controller runs.',
  kinds: revisionedKinds,
  operations: ['UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'TooManyRequests',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find(facts) {
    const { request, hash } = facts;
    const { oldObject, kind, namespace, name } = request;
    if (oldObject === undefined || isRecorded(oldObject, hash)) return [];
    const after = editedHash(request, hash);
    if (after === undefined) return [];
    const format = unknownHashFormat(oldObject.metadata);
    if (format !== undefined) {
      const problem = `the stamp of ${kind} ${namespace}/${name} has hash format ${format}, which a newer version of mooring wrote`;
      return [{ path: '', message: `${problem}; try again when all replicas of the webhook have that version` }];
    }
    if (isRepair(after, oldObject, facts)) return [];
    const failure = recordingFailure(oldObject);
    const why =
      failure === undefined
        ? '; try again in a second (if this persists, check that the mooring controller runs)'
        : `, because recording fails: ${failure.replaceAll(/\s+/g, ' ')}; it is retried until it succeeds`;
    return [{ path: '', message: `${kind} ${namespace}/${name} has an edit that is not recorded yet${why}` }];
  },
};

/** Whether an edit returns to recorded content, or removes what makes it impossible to record the content that is stored. */
function isRepair(after: string, oldObject: UncheckedObject, { request, recordedHash }: Facts): boolean {
  const stamp = readStamp(oldObject.metadata);
  // Content that was stored while the webhook was down still has the stamp of the revision before it.
  if (stamp?.hash === after && stamp.revision === oldObject.status?.['revision']) return true;
  if (recordedHash === after) return true;
  const kind = revisionedKindOf(request);
  if (kind === undefined || recordProblems(kind, oldObject).length === 0) return false;
  return request.object !== undefined && recordProblems(kind, request.object).length === 0;
}
