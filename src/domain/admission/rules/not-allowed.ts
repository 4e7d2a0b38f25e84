import { hubKinds, type Rule } from '../rule.ts';

/** The requester refers to what they have no right to use, or has objects made in a namespace of the hub that is not theirs. */
export const notAllowed: Rule = {
  code: 'NotAllowed',
  summary:
    'The requester lacks the right to use an object of another namespace or a namespace of the hub, or to acknowledge.',
  remedy:
    'Ask whoever owns the namespace for the verb: `use` on the Environment or profile, `create` on ManifestWorkReplicaSets of the hub namespace, `override` on the object to acknowledge.',
  kinds: hubKinds,
  operations: ['CREATE', 'UPDATE'],
  // In the first phase too: what that one finds must not tell of what the requester may not use.
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Forbidden',
  // Rights are asked for anew with every request.
  needsLiveRead: false,
  fixed: true,
  find: ({ request, missingRights = [] }) =>
    missingRights.map(({ path, verb, resource, namespace, name }) => {
      const what = name === undefined ? `${resource} in namespace ${namespace}` : `${resource} ${namespace}/${name}`;
      return {
        path,
        message: `${request.username} may not ${verb} ${what}; ask whoever owns that namespace for the verb ${verb}`,
      };
    }),
};
