import { grantedNamespaces } from '../../../api/names.ts';
import type { NeededRight } from '../facts.ts';
import { grantCommand } from '../grant-command.ts';
import { hubKinds, type Rule } from '../rule.ts';

/** The requester refers to an object that they may not use, or to a namespace that they may not use. */
export const notAllowed: Rule = {
  code: 'NotAllowed',
  summary:
    'The requester lacks the right to use an object in another namespace, to use a hub namespace, or to acknowledge.',
  remedy:
    'Ask the owner of the namespace for the verb: `use` on the Environment or profile, `override` on the object to acknowledge, or to set labels and annotations with a reserved prefix. To use a hub namespace that is not shared, a user needs the verb `use` on `hubnamespaces.spectrocloud.com` with the name of the namespace; an administrator grants it with `mooring hub-namespace allow`.',
  kinds: hubKinds,
  operations: ['CREATE', 'UPDATE'],
  // In the mutate phase too: its other findings must not reveal objects that the requester may not use.
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Forbidden',
  // Rights are checked with every request. `dependsOnOtherObjects` knows which of them depend on another object.
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find: ({ request, missingRights = [] }) =>
    missingRights.map((right) => ({ path: right.path, message: messageOf(right, request.username) })),
};

function messageOf(
  { verb, group, resource, namespace, name = '', namedBy, reason, similar }: NeededRight,
  username: string,
): string {
  if (namespace !== undefined) {
    const what = name === '' ? `${resource} in namespace ${namespace}` : `${resource} ${namespace}/${name}`;
    return `${username} may not ${verb} ${what}; ask the owner of that namespace for the verb ${verb}${reason === undefined ? '' : ` (${reason})`}`;
  }
  const kind = resource === grantedNamespaces.hub ? 'hub' : 'spoke';
  const command = grantCommand(kind, name, username);
  return `${username} may not use ${kind} namespace ${name}${namedBy === undefined ? '' : `, which ${namedBy} names`}: the verb ${verb} on ${resource}.${group}/${name} is missing; an administrator can apply the output of \`${command}\`${similar === undefined ? '' : `; did you mean ${JSON.stringify(similar)}?`}`;
}
