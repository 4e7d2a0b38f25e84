import type { Facts, Unrendered } from '../facts.ts';
import { topologyFieldPath } from '../lifecycle-field-path.ts';
import type { Rule } from '../rule.ts';

/** A render was stopped, so the lifecycle rules cannot tell what the request does on the spokes. */
export const lifecycleUnknown: Rule = {
  code: 'LifecycleUnknown',
  summary:
    'A topology could not be evaluated in time, so it is not known what the request would do to namespaces on the spokes.',
  remedy:
    'Try again; kubectl and client-go retry by themselves. A topology that is stopped three times at its deadline counts as one that cannot be rendered (`RenderFails`), so that the request is not denied for ever: simplify it, or raise `--topology-deadline` of the webhook. If the engine is busy, raise `--topology-workers`.',
  kinds: ['Environment', 'WorkloadDeployment', 'PolicyDefinition'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'TooManyRequests',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: false,
  find(facts) {
    const { request, unrendered = [] } = facts;
    const stopped = unrendered.filter(({ isStopped }) => isStopped);
    const titles = new Set(
      stopped.map(({ environment }) => unrenderedTitle(environment, facts) ?? 'another Environment'),
    );
    return [...titles].toSorted().map((title) => ({
      path: pathOf(request),
      message: `the topology of ${title} could not be evaluated in time, so it is not known what this change does to namespaces on the spokes; try again in some seconds; if it is always too slow, simplify the topology or its properties`,
    }));
  },
};

/** The field of a request that determines the topology. */
export function pathOf(request: Facts['request']): string {
  return topologyFieldPath(request, 'spec.environmentRef.name');
}

/**
 * An Environment whose topology was not rendered: one in the namespace of the request, or one that the request refers to. `undefined`
 * for others: they are those of peers in other hub namespaces, which the requester may not know.
 */
export function unrenderedTitle(
  { namespace, name }: Unrendered['environment'],
  { request, environment }: Pick<Facts, 'request' | 'environment'>,
): string | undefined {
  if (namespace === request.namespace) return `Environment ${name}`;
  const isReferred = environment?.namespace === namespace && environment.ref.name === name;
  return isReferred ? `Environment ${namespace}/${name}` : undefined;
}
