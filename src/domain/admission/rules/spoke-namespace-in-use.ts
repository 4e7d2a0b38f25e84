import { spokeNamespacesAnnotation } from '../../annotations.ts';
import type { Rule } from '../rule.ts';
import { otherObject } from '../wording.ts';

/** Deployments of two hub namespaces would be in one spoke namespace, where each can read and delete what the other has. */
export const spokeNamespaceInUse: Rule = {
  code: 'SpokeNamespaceInUse',
  summary:
    'Deployments of two hub namespaces would share a spoke namespace, although not both hub namespaces list it explicitly.',
  remedy:
    'Use another namespace. If both teams agree, an administrator lists it in the annotation `spectrocloud.com/spoke-namespaces` of both Namespaces on the hub.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission', 'apply'],
  overridable: false,
  find: ({ spokeNamespaces }) =>
    (spokeNamespaces?.shared ?? []).map(({ spokeNamespace, deployment, unlisted }) => {
      const { visible } = deployment;
      const other = otherObject('WorkloadDeployment', deployment);
      const where = visible ? `Namespace ${unlisted.join(' and ')} on the hub` : 'both Namespaces on the hub';
      const message = `spoke namespace ${spokeNamespace} is used by ${other} of another hub namespace; use another namespace, or let an administrator add it to annotation ${spokeNamespacesAnnotation} of ${where}`;
      return { path: 'spec.workload.namespace', message };
    }),
};
