import { decide, restsOnOtherObjects } from '../domain/admission/decide.ts';
import type { RequestFacts } from '../domain/admission/facts.ts';
import type { Severities } from '../domain/admission/rule.ts';
import type { Decide } from './admit.ts';
import type { GatherOptions, ObjectSource } from './gather/context.ts';
import { gather, needsLiveReferences } from './gather/gather.ts';
import type { AdmissionRequest } from './review/review.ts';

export interface DeciderOptions extends GatherOptions {
  /** Fast, and possibly stale. */
  cached: Omit<ObjectSource, 'isLive'>;
  /** Slow, and current; made for each request. */
  live: (signal: AbortSignal) => Omit<ObjectSource, 'isLive'>;
  severities: Severities;
}

/**
 * Gathers from caches and decides. No refusal, no warning and no stamp rests on a cache alone: where another object is the
 * reason for one, that object is read live and the decision is made again.
 */
export function createDecider(phase: RequestFacts['phase'], options: DeciderOptions): Decide {
  const { severities } = options;
  const cached: ObjectSource = { ...options.cached, isLive: false };
  return async (request, signal) => {
    const live = (): ObjectSource => ({ ...options.live(signal), isLive: true });
    const startsLive = needsLiveRead(phase, request);
    const facts = await gather(request, phase, startsLive ? live() : cached, options, signal);
    const decision = decide(facts, severities);
    if (startsLive || !restsOnOtherObjects(decision, facts)) return decision;
    return decide(await gather(request, phase, live(), options, signal), severities);
  };
}

/** Whether caches are not enough to begin with. */
function needsLiveRead(phase: RequestFacts['phase'], request: AdmissionRequest): boolean {
  if (phase === 'mutate') return needsLiveReferences(request);
  // Nothing restores a deployment that was deleted, so no deletion rests on a cache, whatever rules are switched off.
  return request.operation === 'DELETE' && request.kind.kind === 'WorkloadDeployment';
}
