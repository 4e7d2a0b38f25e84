import { spokeNamespacesAnnotation } from '../../annotations.ts';
import { workloadNames } from '../../spoke/workload-names.ts';
import { group } from '../../../api/kinds.ts';
import { grantedNamespaces } from '../../../api/names.ts';
import { grantCommand } from '../grant-command.ts';
import type { Facts } from '../facts.ts';
import type { Rule } from '../rule.ts';

/** A deployment would enter a spoke namespace that its hub namespace may not use. */
export const spokeNamespaceNotAllowed: Rule = {
  code: 'SpokeNamespaceNotAllowed',
  summary:
    'The hub namespace of a deployment may not use the spoke namespace: it has another name, the Namespace on the hub does not list it, and the requester lacks the right to use it.',
  remedy:
    'An administrator adds the spoke namespace to the annotation `spectrocloud.com/spoke-namespaces` of the Namespace on the hub, or grants the verb `use` with `mooring spoke-namespace allow`.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  // In the mutate phase too: its other findings must not reveal what is in a namespace that the requester may not use.
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Forbidden',
  // Rights are checked with every request.
  needsLiveRead: false,
  enforcedAt: ['admission', 'apply'],
  overridable: false,
  find: (facts) =>
    (facts.spokeNamespaces?.missing ?? []).map((name) => {
      const isNamed = facts.enforcement === 'apply' || workloadNamespace(facts) === name;
      return {
        path: isNamed ? 'spec.workload.namespace' : 'spec.environmentRef.name',
        message: `${isNamed ? '' : 'the topology uses further namespaces: '}${describe(name, facts)}`,
      };
    }),
};

function workloadNamespace({ request: { object } }: Facts): string | undefined {
  return object === undefined ? undefined : workloadNames(object)?.namespace;
}

function describe(name: string, { enforcement, request: { namespace, username } }: Facts): string {
  const list = `an administrator can add it to annotation ${spokeNamespacesAnnotation} of Namespace ${namespace} on the hub`;
  const denied = `hub namespace ${namespace} may not use spoke namespace ${name}`;
  const right = `the verb use on ${grantedNamespaces.spoke}.${group}/${name}`;
  if (enforcement === 'apply') {
    return `${denied}; ${list}, or a user who has ${right} can create the deployment again`;
  }
  const command = grantCommand('spoke', name, username);
  return `${denied}, and ${username} lacks ${right}; ${list}, or apply the output of \`${command}\``;
}
