import { declaredLifecycle, lifecyclePath, type DeclaredLifecycle } from '../../spoke/declared-lifecycle.ts';
import type { Rule } from '../rule.ts';

/** A Workload that stays keeps its namespace, whatever was asked for that. */
export const workloadOrphanKeepsNamespace: Rule = {
  code: 'WorkloadOrphanKeepsNamespace',
  summary: '`workload.orphan: true` with `spokeNamespace.orphan: false`: the namespace stays with the Workload in it.',
  remedy: 'Set `spokeNamespace.orphan: true` too, which says what happens anyway.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: false,
  find({ request }) {
    if (!isKept(declaredLifecycle(request))) return [];
    const { oldObject } = request;
    if (oldObject !== undefined && isKept(declaredLifecycle({ object: oldObject }))) return [];
    const message =
      'workload.orphan: true keeps the namespace too, despite spokeNamespace.orphan: false; set that to true to say so';
    return [{ path: `${lifecyclePath}.workload.orphan`, message }];
  },
};

function isKept(lifecycle: DeclaredLifecycle | undefined): boolean {
  return lifecycle !== undefined && lifecycle.create && !lifecycle.orphan && lifecycle.workloadOrphan;
}
