import { hubKinds, type Rule } from '../rule.ts';

/** The requester refers to an object that they may not use, or to a hub namespace in which they may not create objects. */
export const notAllowed: Rule = {
  code: 'NotAllowed',
  summary:
    'The requester lacks the right to use an object in another namespace, to use a hub namespace, or to acknowledge.',
  remedy:
    'Ask the owner of the namespace for the verb: `use` on the Environment or profile, `create` on ManifestWorkReplicaSets in the hub namespace, `override` on the object to acknowledge.',
  kinds: hubKinds,
  operations: ['CREATE', 'UPDATE'],
  // In the mutate phase too: its other findings must not reveal objects that the requester may not use.
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Forbidden',
  // Rights are checked with every request.
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find: ({ request, missingRights = [] }) =>
    missingRights.map(({ path, verb, resource, namespace, name }) => {
      const what = name === undefined ? `${resource} in namespace ${namespace}` : `${resource} ${namespace}/${name}`;
      return {
        path,
        message: `${request.username} may not ${verb} ${what}; ask the owner of that namespace for the verb ${verb}`,
      };
    }),
};
