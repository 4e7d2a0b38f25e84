import { deletionProtectionAnnotation } from '../../annotations.ts';
import { acknowledgedIn } from '../acknowledgement.ts';
import { isProtected } from '../deletion/protection.ts';
import { revisionedKinds, type Rule } from '../rule.ts';
import { referrersByKind } from '../wording.ts';

const code = 'InUse';

/** A request deletes an object that other objects still refer to. */
export const inUse: Rule = {
  code,
  summary: 'An Environment, WorkloadProfile or PolicyDefinition is deleted while a deployment or Environment uses it.',
  remedy: `None needed if its users are deleted too. The object stays, with condition \`Deleting\`, until the last of them is gone or has
another ref; it takes no new users, its users keep the recorded revisions, and the deletion cannot be undone
([the way back](recovery.md#a-deletion-by-mistake)). Annotation \`${deletionProtectionAnnotation}: "true"\` on the object makes this a denial; that is
the default in the system namespace, where \`"false"\` switches it off. \`--rule InUse=deny\` makes it a denial for all objects. With
annotation \`spectrocloud.com/acknowledge: InUse\`, set before or after the deletion, the object does not wait for its users: what is
applied for them stays.`,
  kinds: revisionedKinds,
  operations: ['DELETE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request, referrers = [], systemNamespace }) {
    if (referrers.length === 0) return [];
    const { kind, namespace, name, oldObject } = request;
    const used = `${kind} ${namespace}/${name} is used by ${referrersByKind(referrers)}`;
    if (acknowledgedIn(request).has(code)) {
      const message = `${used}; it is acknowledged, so it does not wait for these, and what is applied for them stays`;
      return [{ path: '', message }];
    }
    const message = `${used}; it stays as Deleting until these are deleted or have other refs, and that cannot be undone`;
    const isGuarded = isProtected(oldObject?.metadata, systemNamespace);
    const otherwise = isGuarded
      ? `, or set annotation ${deletionProtectionAnnotation}=false to delete it all the same`
      : '';
    const denial = `${used}; delete these or change their refs first${otherwise}`;
    return [{ path: '', message, denial, ...(isGuarded ? { severity: 'deny' } : {}) }];
  },
};
