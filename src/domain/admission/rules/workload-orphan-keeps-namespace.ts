import { declaredLifecycle, lifecyclePath, type DeclaredLifecycle } from '../../spoke/declared-lifecycle.ts';
import type { Rule } from '../rule.ts';

/** A Workload that is kept keeps its namespace, whatever `spokeNamespace` says. */
export const workloadOrphanKeepsNamespace: Rule = {
  code: 'WorkloadOrphanKeepsNamespace',
  summary:
    '`workload.orphan: true` with `spokeNamespace.orphan: false`: the namespace is kept because the Workload in it is kept.',
  remedy: 'Set `spokeNamespace.orphan: true` too, which describes what happens.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request }) {
    if (!keepsOnlyWorkload(declaredLifecycle(request))) return [];
    const { oldObject } = request;
    if (oldObject !== undefined && keepsOnlyWorkload(declaredLifecycle({ object: oldObject }))) return [];
    const message =
      'workload.orphan: true keeps the namespace too, despite spokeNamespace.orphan: false; set that to true as well';
    return [{ path: `${lifecyclePath}.workload.orphan`, message }];
  },
};

function keepsOnlyWorkload(lifecycle: DeclaredLifecycle | undefined): boolean {
  return lifecycle !== undefined && lifecycle.create && !lifecycle.orphan && lifecycle.workloadOrphan;
}
