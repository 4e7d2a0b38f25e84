import { createHash } from 'node:crypto';
import type { JsonObject } from '../api/object.ts';
import { Lru } from './lru.ts';
import type { TopologyContext, TopologyEngine, TopologyResult } from './topology-result.ts';

export interface CachedRendersOptions {
  engine: Pick<TopologyEngine, 'render'>;
  /** Results that are kept, some kilobytes each. */
  size: number;
  /** How long a render that was stopped is not tried again, so that an endless one does not hold a worker for every event. */
  stoppedForMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Entry {
  result: TopologyResult;
  /** `undefined` for a result that holds for ever, as the same input gives the same output. */
  until: number | undefined;
}

/** Renders that remember: a loop asks for the same one again with every event. What broke is never remembered. */
export function cachedRenders({
  engine,
  size,
  stoppedForMs,
  now,
}: CachedRendersOptions): Pick<TopologyEngine, 'render'> {
  const entries = new Lru<Entry>(size);
  return {
    async render(template: string, parameter: JsonObject, context: TopologyContext, signal?: AbortSignal) {
      const key = createHash('sha256')
        .update(JSON.stringify([template, parameter, context]))
        .digest('base64');
      const known = entries.get(key);
      if (known !== undefined && (known.until === undefined || now() < known.until)) return known.result;
      const result = await engine.render(template, parameter, context, signal);
      if (result.ok || result.reason !== 'EngineFailed')
        entries.set(key, { result, until: validity(result, stoppedForMs, now) });
      return result;
    },
  };
}

function validity(result: TopologyResult, stoppedForMs: number, now: () => number): number | undefined {
  const stopped = !result.ok && (result.reason === 'DeadlineExceeded' || result.reason === 'OutOfMemory');
  return stopped ? now() + stoppedForMs : undefined;
}
