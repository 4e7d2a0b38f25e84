import { changedReferences } from '../changed-references.ts';
import type { Rule } from '../rule.ts';
import type { FoundReference } from '../../refs/found-reference.ts';

/** The Environment is not ready: a deployment waits until it is. */
export const environmentNotReady: Rule = {
  code: 'EnvironmentNotReady',
  summary: 'The Environment that a deployment refers to is not ready.',
  remedy: 'Look at the conditions of the Environment; the deployment is applied as soon as clusters are selected.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find: (facts) =>
    changedReferences(facts).flatMap(({ path, kind, reference: { namespace, ref, notReady } }) =>
      notReady === undefined
        ? []
        : [{ path, message: `${kind} ${namespace}/${ref.name} is not ready${causeOf(notReady)}` }],
    ),
};

/** The conditions reveal placements and clusters: a requester who may only `use` the Environment does not get them. */
function causeOf({ reason, message, visible }: NonNullable<FoundReference['notReady']>): string {
  if (!visible) return '';
  const [first = ''] = message.split('\n');
  return first === '' ? `: ${reason}` : `: ${reason}: ${first}`;
}
