import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { allowedHubNamespacesAnnotation, revisionAnnotation, revisionHashAnnotation } from '../../annotations.ts';
import { allowedHubNamespacesText } from '../../revisions/allowed-hub-namespaces.ts';
import type { Facts } from '../facts.ts';
import { wantedStamp } from '../mutation.ts';
import { readStamp } from '../../revisions/revision.ts';
import { revisionedKinds, type Finding, type Rule } from '../rule.ts';

/** A stamp does not match the content of the request, because another webhook changed the content or the stamp after mooring. */
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
    const { object, oldObject } = facts.request;
    if (object === undefined) return [];
    const wanted = wantedStamp(object, facts);
    const actual = readStamp(object.metadata);
    if (actual?.revision === wanted.revision && actual.hash === wanted.hash) return stampedHubNamespaces(facts, object);
    // The number of a new object depends on the hash.
    const isHash = actual?.revision === wanted.revision || (actual !== undefined && oldObject === undefined);
    const path = `metadata.annotations[${isHash ? revisionHashAnnotation : revisionAnnotation}]`;
    const message = `does not match the content (revision ${wanted.revision}); another mutating webhook changes the object after mooring: set its reinvocationPolicy to IfNeeded, or let it run first`;
    return [{ path, message }];
  },
};

function stampedHubNamespaces({ allowedHubNamespaces = [] }: Facts, { metadata }: UncheckedObject): Finding[] {
  const wanted = allowedHubNamespacesText(allowedHubNamespaces);
  if (metadata.annotations?.[allowedHubNamespacesAnnotation] === wanted) return [];
  const path = `metadata.annotations[${allowedHubNamespacesAnnotation}]`;
  const message = `is not what admission has set (${wanted ?? 'absent'}); another mutating webhook changes the object after mooring: set its reinvocationPolicy to IfNeeded, or let it run first`;
  return [{ path, message }];
}
