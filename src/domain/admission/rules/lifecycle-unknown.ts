import type { Facts } from '../facts.ts';
import type { Rule } from '../rule.ts';

/** A render was stopped, so the lifecycle rules cannot tell what the request does on the spokes. */
export const lifecycleUnknown: Rule = {
  code: 'LifecycleUnknown',
  summary:
    'A topology could not be evaluated in time, so it is not known what the request would do to namespaces on the spokes.',
  remedy:
    'Try again; kubectl and client-go retry by themselves. A topology that is stopped three times at its deadline counts as one that cannot be rendered (`RenderFails`), so that the request is not denied for ever: simplify it, or raise `--topology-deadline` of the webhook. If the engine is busy, raise `--topology-workers`.',
  kinds: ['Environment', 'WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'TooManyRequests',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: false,
  find({ request, unrendered = [] }) {
    const names = [...new Set(unrendered.filter(({ isStopped }) => isStopped).map(({ environment }) => environment))];
    return names.toSorted().map((name) => ({
      path: pathOf(request),
      message: `the topology of Environment ${name} could not be evaluated in time, so it is not known what this change does to namespaces on the spokes; try again in some seconds; if it is always too slow, simplify the topology or its properties`,
    }));
  },
};

/** The field of a request that determines the topology. */
export function pathOf({ kind }: Facts['request']): string {
  return kind === 'Environment' ? 'spec.topology' : 'spec.environmentRef.name';
}
