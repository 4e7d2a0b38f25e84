import type { Facts } from '../facts.ts';
import type { Rule } from '../rule.ts';

/** A render was stopped, so the lifecycle rules cannot tell what the request does on the spokes. */
export const lifecycleUnknown: Rule = {
  code: 'LifecycleUnknown',
  summary:
    'A topology could not be evaluated in time, so it is not known what the request would do to namespaces on the spokes.',
  remedy:
    'Try again; kubectl and client-go retry by themselves. If it persists, simplify the topology, or raise `--topology-deadline` and `--topology-workers` of the webhook.',
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
      message: `the topology of Environment ${name} could not be evaluated in time, so it is not known what this change does to namespaces on the spokes; try again`,
    }));
  },
};

/** The field of a request that determines the topology. */
export function pathOf({ kind }: Facts['request']): string {
  return kind === 'Environment' ? 'spec.topology' : 'spec.environmentRef.name';
}
