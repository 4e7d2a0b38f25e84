import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { hubNamespacesOf, similarHubNamespace } from '../needed-rights.ts';
import { newFindings, type Finding, type Rule } from '../rule.ts';

/** A hub namespace whose name is almost that of a shared one. */
export const hubNamespaceMisspelt: Rule = {
  code: 'HubNamespaceMisspelt',
  summary: '`hubNamespace` or `placementNamespace` is almost the name of a shared hub namespace.',
  remedy: 'Correct the name. If a hub namespace has this name, ignore the warning.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find: ({ request, sharedHubNamespaces }) => newFindings(request, (object) => findingsIn(object, sharedHubNamespaces)),
};

function findingsIn(object: UncheckedObject, shared: readonly string[]): Finding[] {
  return hubNamespacesOf(object, shared).flatMap(({ namespace, path }): Finding[] => {
    const near = similarHubNamespace(namespace, shared);
    if (near === undefined) return [];
    const message = `${JSON.stringify(namespace)} is not a shared hub namespace; did you mean ${JSON.stringify(near)}?`;
    return [{ path, message }];
  });
}
