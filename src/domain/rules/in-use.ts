import { revisionedKinds, type Rule } from '../rule.ts';
import { namedOrCounted } from '../wording.ts';

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
  restsOnOthers: true,
  find({ request: { kind, namespace, name }, users = [] }) {
    if (users.length === 0) return [];
    const kinds = [...new Set(users.map((user) => user.kind))].toSorted();
    const by = kinds
      .map((each) =>
        namedOrCounted(
          each,
          users.filter((user) => user.kind === each),
        ),
      )
      .join(' and ');
    return [{ path: '', message: `${kind} ${namespace}/${name} is used by ${by}; delete or re-point these first` }];
  },
};
