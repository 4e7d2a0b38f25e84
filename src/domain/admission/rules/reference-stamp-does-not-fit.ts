import { topologyRevisionAnnotation } from '../../annotations.ts';
import { readTopologyRef, writtenRef } from '../../refs/read-ref.ts';
import { referenceFields } from '../../refs/reference-fields.ts';
import { readReferenceStamp } from '../../refs/reference-stamp.ts';
import { readTopologyStamp } from '../../refs/topology-stamp.ts';
import type { Facts } from '../facts.ts';
import type { Finding, Rule } from '../rule.ts';
import { parseRef } from '../../refs/version-ref.ts';

/** A stamp, which records what a ref was resolved to, names another object than the ref. */
export const referenceStampDoesNotFit: Rule = {
  code: 'ReferenceStampDoesNotFit',
  summary: 'The stamp that records what a ref was resolved to names another object than the ref.',
  remedy: 'Do not set the annotations: admission sets them.',
  kinds: ['WorkloadDeployment', 'Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find: (facts) => (facts.request.kind === 'Environment' ? topologyFindings(facts) : referenceFindings(facts)),
};

function topologyFindings({ request: { object }, systemNamespace }: Facts): Finding[] {
  const text = object?.metadata.annotations?.[topologyRevisionAnnotation];
  if (text === undefined) return [];
  const path = `metadata.annotations[${topologyRevisionAnnotation}]`;
  const stamp = readReferenceStamp(text);
  if (stamp === undefined) return [unreadable(path, text)];
  const read = readTopologyRef(object?.spec, systemNamespace);
  const fits = read !== undefined && readTopologyStamp(text, read.ref)?.namespace === systemNamespace;
  return fits ? [] : [{ path, message: `${text} is not what spec.topology.type names` }];
}

function referenceFindings({ request: { object, namespace }, systemNamespace }: Facts): Finding[] {
  return referenceFields.flatMap(({ field, stamp: annotation }) => {
    const text = object?.metadata.annotations?.[annotation];
    const given = writtenRef(object?.spec, field);
    if (text === undefined || given === undefined) return [];
    const parsed = parseRef(given.text);
    const stamp = readReferenceStamp(text);
    const path = `metadata.annotations[${annotation}]`;
    if (stamp === undefined) return [unreadable(path, text)];
    if (!parsed.ok) return [];
    const namespaces = [given.namespace ?? namespace, systemNamespace];
    const fits = stamp.name === parsed.ref.name && namespaces.includes(stamp.namespace);
    return fits ? [] : [{ path, message: `${text} is not the object that spec.${field} names` }];
  });
}

function unreadable(path: string, text: string): Finding {
  return { path, message: `${JSON.stringify(text)} is not of the form namespace/name@v4` };
}
