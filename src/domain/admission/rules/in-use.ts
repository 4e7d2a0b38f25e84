import { revisionedKinds, type Rule } from '../rule.ts';
import { referrersByKind } from '../wording.ts';

/** Something is deleted that others still refer to. */
export const inUse: Rule = {
  code: 'InUse',
  summary: 'An Environment, WorkloadProfile or PolicyDefinition is deleted while a deployment or Environment uses it.',
  remedy: 'Delete the users first, or point them elsewhere.',
  kinds: revisionedKinds,
  operations: ['DELETE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  find({ request: { kind, namespace, name }, referrers = [] }) {
    if (referrers.length === 0) return [];
    const by = referrersByKind(referrers);
    return [{ path: '', message: `${kind} ${namespace}/${name} is used by ${by}; delete or re-point these first` }];
  },
};
