import { revisionAnnotation, revisionHashAnnotation } from '../../annotations.ts';
import { wantedStamp } from '../mutation.ts';
import { readStamp } from '../../revisions/revision.ts';
import { revisionedKinds, type Rule } from '../rule.ts';

/** The stamp that is about to be stored is not that of the content, as when another webhook changes it after ours. */
export const stampDoesNotFit: Rule = {
  code: 'StampDoesNotFit',
  summary: 'The revision stamp is not that of the content: another mutating webhook changed the object after mooring.',
  remedy: 'Leave the annotations to admission.',
  kinds: revisionedKinds,
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  fixed: true,
  find(facts) {
    const { object } = facts.request;
    if (object === undefined) return [];
    const wanted = wantedStamp(object, facts);
    const carried = readStamp(object.metadata);
    if (carried?.revision === wanted.revision && carried.hash === wanted.hash) return [];
    const path = `metadata.annotations[${carried?.revision === wanted.revision ? revisionHashAnnotation : revisionAnnotation}]`;
    const message = `does not fit the content (revision ${wanted.revision}); another mutating webhook changes the object after mooring: give it reinvocationPolicy IfNeeded or have it run first`;
    return [{ path, message }];
  },
};
