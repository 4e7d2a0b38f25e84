import { revisionAnnotation, revisionHashAnnotation } from '../../annotations.ts';
import { wantedStamp } from '../mutation.ts';
import { readStamp } from '../../revisions/revision.ts';
import { revisionedKinds, type Rule } from '../rule.ts';

/** The stamp does not match the content of the request, because another webhook changed the content after mooring. */
export const stampDoesNotFit: Rule = {
  code: 'StampDoesNotFit',
  summary: 'The revision stamp does not match the content: another mutating webhook changed the object after mooring.',
  remedy: 'Do not set the annotations: admission sets them.',
  kinds: revisionedKinds,
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find(facts) {
    const { object } = facts.request;
    if (object === undefined) return [];
    const wanted = wantedStamp(object, facts);
    const actual = readStamp(object.metadata);
    if (actual?.revision === wanted.revision && actual.hash === wanted.hash) return [];
    const path = `metadata.annotations[${actual?.revision === wanted.revision ? revisionHashAnnotation : revisionAnnotation}]`;
    const message = `does not match the content (revision ${wanted.revision}); another mutating webhook changes the object after mooring: set its reinvocationPolicy to IfNeeded, or let it run first`;
    return [{ path, message }];
  },
};
