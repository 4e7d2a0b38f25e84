import type { Rule } from '../rule.ts';
import { workloadNames } from '../../spoke/workload-names.ts';

/** A Workload would go to a namespace that the cluster itself lives in, and take it along when it goes. */
export const protectedNamespace: Rule = {
  code: 'ProtectedNamespace',
  summary:
    'The spoke namespace belongs to the cluster: kube-*, default, open-cluster-management*, or the system namespace.',
  remedy: 'Use a namespace of your own.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: false,
  find({ request: { object, oldObject }, systemNamespace }) {
    const namespace = object === undefined ? undefined : workloadNames(object)?.namespace;
    if (namespace === undefined || !isProtected(namespace, systemNamespace)) return [];
    if (oldObject !== undefined && workloadNames(oldObject)?.namespace === namespace) return [];
    const message = `${namespace} is a namespace of the cluster itself, and no place for Workloads; use one of your own`;
    return [{ path: 'spec.workload.namespace', message }];
  },
};

function isProtected(namespace: string, systemNamespace: string): boolean {
  return (
    namespace === 'default' ||
    namespace === systemNamespace ||
    namespace.startsWith('kube-') ||
    namespace.startsWith('open-cluster-management')
  );
}
