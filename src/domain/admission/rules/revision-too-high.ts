import { revisionAnnotation, revisionHashAnnotation } from '../../annotations.ts';
import { highestFirstRevision } from '../../revisions/revision.ts';
import { revisionedKinds, type Rule } from '../rule.ts';

/** A new object has a stamp, as from a backup, whose number leaves too few numbers for edits. */
export const revisionTooHigh: Rule = {
  code: 'RevisionTooHigh',
  summary: `An object is created with a revision number above ${highestFirstRevision}.`,
  remedy:
    'Remove the annotations `spectrocloud.com/revision` and `spectrocloud.com/revision-hash`: the object then starts with revision 1.',
  kinds: revisionedKinds,
  operations: ['CREATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find({ request: { object } }) {
    const text: unknown = object?.metadata.annotations?.[revisionAnnotation];
    if (typeof text !== 'string' || !/^[0-9]+$/.test(text) || Number(text) <= highestFirstRevision) return [];
    const path = `metadata.annotations[${revisionAnnotation}]`;
    const message = `is above ${highestFirstRevision}, the highest number that a new object can start with; remove this annotation and ${revisionHashAnnotation}`;
    return [{ path, message }];
  },
};
