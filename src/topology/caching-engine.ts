import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TopologyEngine, TopologyResult } from './topology-result.ts';

export interface CachingEngineOptions {
  engine: Pick<TopologyEngine, 'check' | 'render'>;
  /** The maximum number of cached results, some kilobytes each. */
  maxResults: number;
  /** The maximum length of all cached results, in characters of JSON. */
  maxTotalLength?: number;
  /** How long the failure of a stopped evaluation is cached, so that one endless topology does not block a worker for every request. */
  retryStoppedAfterMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface CachedResult {
  result: TopologyResult;
  /** Milliseconds since the epoch; `undefined` for a result that never expires, because the same input gives the same output. */
  expiresAt: number | undefined;
}

/** The maximum length of one cached result, in characters of JSON. Most have about 10 KiB; a longer result is not cached. */
const maxResultLength = 256 * 1024;
const defaultMaxTotalLength = 64 * 1024 * 1024;

/**
 * Creates an engine that caches results: loops repeat the same render after every event, and admission evaluates it twice.
 * Failures of the engine and very long results are not cached.
 */
export function createCachingEngine(options: CachingEngineOptions): Pick<TopologyEngine, 'check' | 'render'> {
  const { engine, maxResults, maxTotalLength = defaultMaxTotalLength, retryStoppedAfterMs, now } = options;
  const cache = new LRUCache<string, CachedResult>({ max: maxResults, maxSize: maxTotalLength });
  /** Running evaluations; several callers may wait for one. An evaluation has its own deadline, so no caller aborts it. */
  const pending = new Map<string, Promise<TopologyResult>>();
  const evaluateOnce = async (
    input: unknown[],
    evaluate: () => Promise<TopologyResult>,
    signal: AbortSignal | undefined,
  ): Promise<TopologyResult> => {
    const key = createHash('sha256').update(JSON.stringify(input)).digest('base64');
    const cached = cache.get(key);
    if (cached !== undefined && (cached.expiresAt === undefined || now() < cached.expiresAt)) return cached.result;
    const evaluation = pending.get(key) ?? evaluateAndCache(key, evaluate);
    pending.set(key, evaluation);
    return raceWithAbort(evaluation, signal);
  };
  const evaluateAndCache = async (key: string, evaluate: () => Promise<TopologyResult>): Promise<TopologyResult> => {
    try {
      const result = await evaluate();
      cacheResult(key, result);
      return result;
    } finally {
      pending.delete(key);
    }
  };
  const cacheResult = (key: string, result: TopologyResult): void => {
    if (!result.ok && result.reason === 'EngineFailed') return;
    const size = JSON.stringify(result).length;
    if (size > maxResultLength) return;
    cache.set(key, { result, expiresAt: wasStopped(result) ? now() + retryStoppedAfterMs : undefined }, { size });
  };
  return {
    check: (template, parameter, signal) =>
      evaluateOnce(['check', template, parameter], () => engine.check(template, parameter), signal),
    render: (template, parameter, context, signal) =>
      evaluateOnce(['render', template, parameter, context], () => engine.render(template, parameter, context), signal),
  };
}

/** The result, or a rejection with the reason of the signal if that is aborted first. */
async function raceWithAbort(
  evaluation: Promise<TopologyResult>,
  signal: AbortSignal | undefined,
): Promise<TopologyResult> {
  if (signal === undefined) return evaluation;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([evaluation, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function wasStopped(result: TopologyResult): boolean {
  return !result.ok && (result.reason === 'DeadlineExceeded' || result.reason === 'OutOfMemory');
}
