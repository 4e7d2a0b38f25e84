import type { Rule } from '../rule.ts';
import { workloadNames } from '../../spoke/workload-names.ts';

/** A Workload would be created in a namespace of the cluster itself. If the deployment owns it, the namespace is deleted with it. */
export const protectedNamespace: Rule = {
  code: 'ProtectedNamespace',
  summary:
    'The spoke namespace belongs to the cluster: kube-*, default, open-cluster-management*, or the system namespace.',
  remedy: 'Use another namespace.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request: { object, oldObject }, systemNamespace }) {
    const namespace = object === undefined ? undefined : workloadNames(object)?.namespace;
    if (namespace === undefined || !isProtected(namespace, systemNamespace)) return [];
    if (oldObject !== undefined && workloadNames(oldObject)?.namespace === namespace) return [];
    const message = `${namespace} is a namespace of the cluster itself and must not contain Workloads; use another namespace`;
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
