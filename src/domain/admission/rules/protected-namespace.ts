import { isProtectedNamespace, platformNamespaces } from '../../spoke/protected-namespaces.ts';
import { workloadNames } from '../../spoke/workload-names.ts';
import type { RequestFacts } from '../facts.ts';
import type { Rule } from '../rule.ts';

/** A Workload would be created in a namespace of the platform. If the deployment owns it, the namespace is deleted with it. */
export const protectedNamespace: Rule = {
  code: 'ProtectedNamespace',
  summary:
    'The spoke namespace belongs to the cluster or to the platform: `kube-*`, `default`, `open-cluster-management*`, the namespaces of mooring, and those of `--protected-namespace`, such as `cert-manager`.',
  remedy:
    'Use another namespace. `--protected-namespace PATTERN`, which may be repeated, replaces the list of platform components: ' +
    `${platformNamespaces.map((name) => `\`${name}\``).join(', ')}. The others cannot be removed.`,
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  // In the mutate phase too: nobody should ask an administrator for the right to use such a namespace.
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: false,
  enforcedAt: ['admission', 'apply'],
  overridable: false,
  find: ({ request, spokeNamespaces, protectedNamespaces }) =>
    (spokeNamespaces?.entered ?? requestedNamespace(request))
      .filter((name) => isProtectedNamespace(name, protectedNamespaces))
      .map((name) => ({
        path: 'spec.workload.namespace',
        message: `${name} is a namespace of the cluster or of the platform and must not contain Workloads; use another namespace`,
      })),
};

/** The namespace that a request names or changes. */
function requestedNamespace({ object, oldObject }: RequestFacts): string[] {
  const [now, before] = [object, oldObject].map((each) => each && workloadNames(each)?.namespace);
  return now === undefined || now === before ? [] : [now];
}
