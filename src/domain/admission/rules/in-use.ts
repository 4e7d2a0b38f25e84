import { revisionedKinds, type Rule } from '../rule.ts';
import { referrersByKind } from '../wording.ts';

/** A request deletes an object that other objects still refer to. */
export const inUse: Rule = {
  code: 'InUse',
  summary: 'An Environment, WorkloadProfile or PolicyDefinition is deleted while a deployment or Environment uses it.',
  remedy: 'Delete the objects that use it first, or change their refs.',
  kinds: revisionedKinds,
  operations: ['DELETE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request: { kind, namespace, name }, referrers = [] }) {
    if (referrers.length === 0) return [];
    const by = referrersByKind(referrers);
    return [
      { path: '', message: `${kind} ${namespace}/${name} is used by ${by}; delete these or change their refs first` },
    ];
  },
};
