import { decide, needsLiveRead } from '../domain/admission/decide.ts';
import type { RequestFacts } from '../domain/admission/facts.ts';
import type { Severities } from '../domain/admission/rule.ts';
import type { Decide } from './admit.ts';
import { gather, needsLiveReferences, type Lookup, type Sources } from './gather/gather.ts';
import type { AdmissionRequest } from './review/review.ts';

export interface DeciderOptions extends Sources {
  /** Fast, and maybe stale. */
  cached: Omit<Lookup, 'isLive'>;
  /** Slow, and true; one for each request. */
  live: (signal: AbortSignal) => Omit<Lookup, 'isLive'>;
  severities: Severities;
}

/**
 * Gathers from caches and decides. No refusal, no warning and no stamp rests on a cache alone: where one would, for the
 * sake of another object, that object is read live and the decision made again.
 */
export function createDecider(phase: RequestFacts['phase'], options: DeciderOptions): Decide {
  const { cached, live, severities } = options;
  const fast: Lookup = { ...cached, isLive: false };
  return async (request, signal) => {
    const slow = (): Lookup => ({ ...live(signal), isLive: true });
    const isFirst = needsLiveLook(phase, request);
    const first = isFirst ? slow() : fast;
    const facts = await gather(request, phase, first, options, signal);
    const decision = decide(facts, severities);
    if (isFirst || !needsLiveRead(decision, facts)) return decision;
    return decide(await gather(request, phase, slow(), options, signal), severities);
  };
}

/** Whether caches are not enough for a first look. */
function needsLiveLook(phase: RequestFacts['phase'], request: AdmissionRequest): boolean {
  if (phase === 'mutate') return needsLiveReferences(request);
  // What goes with a deployment does not come back, so no deletion rests on a cache, whatever rules are switched off.
  return request.operation === 'DELETE' && request.kind.kind === 'WorkloadDeployment';
}
