import type { Rule } from '../rule.ts';
import { sameRef } from '../../refs/same-ref.ts';
import type { FoundReference } from '../../refs/found-reference.ts';

/** The Environment is judged not ready: what is deployed there waits until it is. */
export const environmentNotReady: Rule = {
  code: 'EnvironmentNotReady',
  summary: 'The Environment that a deployment refers to is judged not ready.',
  remedy: 'Look at the conditions of the Environment; the deployment is applied as soon as clusters are selected.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: true,
  find({ request: { object, oldObject }, environment }) {
    if (environment?.notReady === undefined) return [];
    if (oldObject !== undefined && sameRef(object?.spec?.['environmentRef'], oldObject.spec?.['environmentRef']))
      return [];
    const what = `Environment ${environment.namespace}/${environment.ref.name} is not ready`;
    return [{ path: 'spec.environmentRef.name', message: `${what}${whyOf(environment.notReady)}` }];
  },
};

/** What its conditions say tells of placements and clusters: whoever may only use it is not told. */
function whyOf({ reason, message, visible }: NonNullable<FoundReference['notReady']>): string {
  if (!visible) return '';
  const [first = ''] = message.split('\n');
  return first === '' ? `: ${reason}` : `: ${reason}: ${first}`;
}
