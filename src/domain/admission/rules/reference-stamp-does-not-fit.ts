import { writtenRef } from '../../refs/read-ref.ts';
import { referenceFields } from '../../refs/reference-fields.ts';
import { readReferenceStamp } from '../../refs/reference-stamp.ts';
import type { Rule } from '../rule.ts';
import { parseRef } from '../../refs/version-ref.ts';

/** A stamp, which records what a ref was resolved to, names another object than the ref. */
export const referenceStampDoesNotFit: Rule = {
  code: 'ReferenceStampDoesNotFit',
  summary: 'The stamp that records what a ref was resolved to names another object than the ref.',
  remedy: 'Do not set the annotations: admission sets them.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find({ request: { object, namespace }, systemNamespace }) {
    return referenceFields.flatMap(({ field, stamp: annotation }) => {
      const text = object?.metadata.annotations?.[annotation];
      const given = writtenRef(object?.spec, field);
      if (text === undefined || given === undefined) return [];
      const parsed = parseRef(given.text);
      const stamp = readReferenceStamp(text);
      const path = `metadata.annotations[${annotation}]`;
      if (stamp === undefined)
        return [{ path, message: `${JSON.stringify(text)} is not of the form namespace/name@v4` }];
      if (!parsed.ok) return [];
      const namespaces = [given.namespace ?? namespace, systemNamespace];
      const fits = stamp.name === parsed.ref.name && namespaces.includes(stamp.namespace);
      return fits ? [] : [{ path, message: `${text} is not the object that spec.${field} names` }];
    });
  },
};
