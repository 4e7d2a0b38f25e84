import { acknowledgedNamespacesAnnotation, allowedSpokeNamespacesAnnotation } from '../../annotations.ts';
import { stampedSpokeNamespaces } from '../../spoke/spoke-namespaces.ts';
import { acknowledgedNamespacesOf, setsAcknowledgement } from '../acknowledgement.ts';
import type { Facts } from '../facts.ts';
import { hubKinds, type Finding, type Rule } from '../rule.ts';

/** A stamp, which records what the requester may do, contains more than that: the client wrote it and the mutation did not replace it. */
export const rightStampDoesNotFit: Rule = {
  code: 'RightStampDoesNotFit',
  summary: 'The stamp that records which namespaces a requester may use, or may acknowledge for, contains others.',
  remedy: 'Do not set the annotations: admission sets them.',
  kinds: hubKinds,
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find: (facts) => [...spokeNamespaceFindings(facts), ...acknowledgementFindings(facts)],
};

function spokeNamespaceFindings({ request: { object, oldObject }, spokeNamespaces }: Facts): Finding[] {
  const allowed = new Set(spokeNamespaces?.stamped ?? stampedSpokeNamespaces(oldObject?.metadata));
  const added = stampedSpokeNamespaces(object?.metadata).filter((name) => !allowed.has(name));
  return added.length === 0 ? [] : [finding(allowedSpokeNamespacesAnnotation, added)];
}

function acknowledgementFindings({ request, overridableNamespaces = [] }: Facts): Finding[] {
  const allowed = new Set(
    setsAcknowledgement(request) ? overridableNamespaces : acknowledgedNamespacesOf(request.oldObject),
  );
  const added = acknowledgedNamespacesOf(request.object).filter((name) => !allowed.has(name));
  return added.length === 0 ? [] : [finding(acknowledgedNamespacesAnnotation, added)];
}

function finding(annotation: string, names: readonly string[]): Finding {
  return {
    path: `metadata.annotations[${annotation}]`,
    message: `the requester has no right for ${names.slice(0, 5).join(', ')}; do not set this annotation`,
  };
}
