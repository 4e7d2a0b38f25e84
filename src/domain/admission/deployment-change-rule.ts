import type { DeploymentChange } from '../spoke/change.ts';
import type { Facts } from './facts.ts';
import { limitFindings, type Finding, type Rule } from './rule.ts';
import { messageFor } from './wording.ts';

/** What is wrong with one change of a deployment. */
export interface ChangeProblem extends Finding {
  /** The message for a requester who may not see the deployment: it must name neither objects nor clusters. */
  hiddenMessage: string;
}

interface DeploymentChangeRuleOptions extends Pick<
  Rule,
  'code' | 'summary' | 'remedy' | 'kinds' | 'operations' | 'severity'
> {
  /** Whether `--rule` may change its severity, and an object may acknowledge it; true by default. */
  overridable?: boolean;
  findIn: (change: DeploymentChange, facts: Facts) => ChangeProblem[];
}

/**
 * A rule about what a change of one deployment does on the spokes. The webhook applies it to a request, the controller
 * applies it again to what it is about to write.
 */
export function deploymentChangeRule({ findIn, overridable = true, ...options }: DeploymentChangeRuleOptions): Rule {
  return {
    ...options,
    phases: ['validate'],
    reason: 'Forbidden',
    needsLiveRead: true,
    enforcedAt: ['admission', 'apply'],
    overridable,
    find(facts) {
      const { request, changes = [] } = facts;
      const findings = changes.flatMap((change) =>
        findIn(change, facts).map(({ hiddenMessage, message, about = [], ...finding }) => ({
          ...finding,
          about: [...new Set([change.deployment.namespace, ...about])],
          message: messageFor(request, change.deployment, { message, hiddenMessage }),
        })),
      );
      return limitFindings(findings);
    },
  };
}
