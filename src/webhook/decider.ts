import { decide, restsOnOthers } from '../domain/admission.ts';
import type { Definitions } from '../domain/definitions.ts';
import type { RequestFacts } from '../domain/facts.ts';
import type { Severities } from '../domain/rule.ts';
import type { Decide } from './admit.ts';
import { gather, needsLiveReferences, type Sources } from './gather.ts';

export interface DeciderOptions extends Sources {
  /** Fast, and maybe stale. */
  cached: Definitions;
  /** Slow, and true. */
  live: Definitions;
  severities: Severities;
}

/**
 * Gathers from caches and decides. No refusal, no warning and no stamp rests on a cache alone: where one would, for the
 * sake of another object, that object is read live and the decision made again.
 */
export function createDecider(phase: RequestFacts['phase'], options: DeciderOptions): Decide {
  const { cached, live, severities } = options;
  return async (request, signal) => {
    const first = phase === 'mutate' && needsLiveReferences(request) ? live : cached;
    const facts = await gather(request, phase, first, options, signal);
    const decision = decide(facts, severities);
    if (first === live || !restsOnOthers(decision, facts)) return decision;
    return decide(await gather(request, phase, live, options, signal), severities);
  };
}
