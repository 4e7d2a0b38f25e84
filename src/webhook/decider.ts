import { decide, dependsOnOtherObjects } from '../domain/admission/decide.ts';
import type { RequestFacts } from '../domain/admission/facts.ts';
import type { Severities } from '../domain/admission/rule.ts';
import type { Decide } from './admit.ts';
import type { GatherOptions, ObjectSource } from './gather/context.ts';
import { gather } from './gather/gather.ts';
import { readOnce } from './gather/read-once.ts';
import { needsLiveReferences } from './gather/references.ts';
import { needsLiveTopology } from './gather/topology.ts';
import type { AdmissionRequest } from './review/review.ts';

export interface DeciderOptions extends GatherOptions {
  /** Fast, but may be stale. */
  cached: Omit<ObjectSource, 'isLive'>;
  /** Current, and slower; created for each request. With `findsMissed` it also finds objects that a cache lacks. */
  live: (signal: AbortSignal, options: { findsMissed: boolean }) => Omit<ObjectSource, 'isLive'>;
  severities: Severities;
}

/**
 * Gathers from caches and decides. No denial, warning or stamp depends on a cache alone: if it depends on another object,
 * that object is read live and the decision is made again.
 */
export function createDecider(phase: RequestFacts['phase'], options: DeciderOptions): Decide {
  const { severities } = options;
  const cached: ObjectSource = { ...options.cached, isLive: false };
  return async (request, signal) => {
    const findsMissed = request.operation === 'DELETE';
    const live = (): ObjectSource => ({ ...options.live(signal, { findsMissed }), isLive: true });
    const startsLive = startsWithLiveRead(phase, request);
    const once = readOnce(options);
    const facts = await gather(request, phase, startsLive ? live() : cached, once, signal);
    const decision = decide(facts, severities);
    if (startsLive || !dependsOnOtherObjects(decision, facts)) return decision;
    return decide(await gather(request, phase, live(), once, signal), severities);
  };
}

/** Whether the first decision already needs live reads. */
function startsWithLiveRead(phase: RequestFacts['phase'], request: AdmissionRequest): boolean {
  if (phase === 'mutate') return needsLiveReferences(request) || needsLiveTopology(request);
  // What is deleted cannot be restored, so a deletion never depends on a cache, even if rules are switched off.
  return request.operation === 'DELETE';
}
