import { recordProblems } from '../../revisions/recordable.ts';
import { editedHash } from '../../revisions/content-edit.ts';
import { revisionedKindOf, revisionedKinds, type Rule } from '../rule.ts';

/** The content cannot be recorded as a DefinitionRevision. If it was stored, the object could not be edited any more. */
export const notRecordable: Rule = {
  code: 'NotRecordable',
  summary: 'The content cannot be recorded as a revision: it has too many labels or annotations, or it is too large.',
  remedy: 'Remove labels or annotations, or split the object.',
  kinds: revisionedKinds,
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find({ request, hash }) {
    const { object } = request;
    const kind = revisionedKindOf(request);
    if (kind === undefined || object === undefined) return [];
    const problems = recordProblems(kind, object);
    // An object that was stored like this while the webhook was down can still be stamped, and its status and finalizers written.
    return problems.length === 0 || editedHash(request, hash) === undefined ? [] : problems;
  },
};
