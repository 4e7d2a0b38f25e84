import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { parseJson } from '../api/json-text.ts';
import type { EvaluationOptions, TopologyEngine, TopologyResult } from './topology-result.ts';

export interface CachingEngineOptions {
  engine: Pick<TopologyEngine, 'check' | 'render'>;
  /** The maximum number of cached results, some kilobytes each. */
  maxResults: number;
  /** The maximum length of all cached results, in characters of JSON. */
  maxTotalLength?: number;
  /**
   * How long the failure of a stopped evaluation is cached, so that one endless topology does not block a worker for every request.
   * The time doubles each time that the same evaluation is stopped again, up to `longestRetryMs`.
   */
  retryStoppedAfterMs: number;
  /** By default the time does not grow. */
  longestRetryMs?: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface CachedResult {
  /** Many results would need much more memory than their text. */
  text: string;
  /** Milliseconds since the epoch; `undefined` for a result that never expires, because the same input gives the same output. */
  expiresAt: number | undefined;
  /** How long the failure of a stopped evaluation is cached. */
  retryAfterMs: number | undefined;
  /** How often in a row the evaluation was stopped. */
  timesStopped: number;
}

/** The maximum length of one cached result, in characters of JSON. Most have about 10 KiB; a longer result is not cached. */
const maxResultLength = 256 * 1024;
const defaultMaxTotalLength = 64 * 1024 * 1024;

/**
 * Creates an engine that caches results: loops repeat the same render after every event, and admission evaluates it twice.
 * Failures of the engine and very long results are not cached.
 */
export function createCachingEngine(options: CachingEngineOptions): Pick<TopologyEngine, 'check' | 'render'> {
  const { engine, maxResults, maxTotalLength = defaultMaxTotalLength, now } = options;
  const { retryStoppedAfterMs, longestRetryMs = retryStoppedAfterMs } = options;
  const cache = new LRUCache<string, CachedResult>({ max: maxResults, maxSize: maxTotalLength });
  /** Running evaluations; several callers may wait for one. An evaluation has its own deadline, so no caller aborts it. */
  const pending = new Map<string, Promise<TopologyResult>>();
  const evaluateOnce = async (
    input: unknown[],
    evaluate: () => Promise<TopologyResult>,
    { namespace = '', signal }: EvaluationOptions = {},
  ): Promise<TopologyResult> => {
    const key = createHash('sha256').update(JSON.stringify(input)).digest('base64');
    const cached = cache.get(key);
    if (cached !== undefined && (cached.expiresAt === undefined || now() < cached.expiresAt)) return parsed(cached);
    // A namespace does not wait in the queue of another one.
    const pendingKey = `${key} ${namespace}`;
    const evaluateAndCache = async (): Promise<TopologyResult> => {
      try {
        const evaluated = await evaluate();
        const result = withTimesStopped(evaluated, cache.peek(key)?.timesStopped);
        cacheResult(key, result);
        return result;
      } finally {
        pending.delete(pendingKey);
      }
    };
    const evaluation = pending.get(pendingKey) ?? evaluateAndCache();
    pending.set(pendingKey, evaluation);
    return raceWithAbort(evaluation, signal);
  };
  const cacheResult = (key: string, result: TopologyResult): void => {
    if (!result.ok && result.reason === 'EngineFailed') return;
    const text = JSON.stringify(result);
    const size = text.length;
    if (size > maxResultLength) return;
    const before = cache.peek(key)?.retryAfterMs;
    const longer = before === undefined ? retryStoppedAfterMs : Math.min(before * 2, longestRetryMs);
    const retryAfterMs = wasStopped(result) ? longer : undefined;
    const expiresAt = retryAfterMs === undefined ? undefined : now() + retryAfterMs;
    const timesStopped = result.ok ? 0 : (result.timesStopped ?? 0);
    cache.set(key, { text, expiresAt, retryAfterMs, timesStopped }, { size });
  };
  return {
    check: (template, parameter, evaluation) =>
      evaluateOnce(
        ['check', template, parameter],
        () => engine.check(template, parameter, { namespace: evaluation?.namespace }),
        evaluation,
      ),
    render: (template, parameter, context, evaluation) =>
      evaluateOnce(
        ['render', template, parameter, context],
        () => engine.render(template, parameter, context, { namespace: evaluation?.namespace }),
        evaluation,
      ),
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

function parsed({ text }: CachedResult): TopologyResult {
  const result: TopologyResult = parseJson(text);
  return result;
}

function withTimesStopped(result: TopologyResult, before = 0): TopologyResult {
  return wasStopped(result) ? { ...result, timesStopped: before + 1 } : result;
}

function wasStopped(result: TopologyResult): result is Extract<TopologyResult, { ok: false }> {
  return !result.ok && (result.reason === 'DeadlineExceeded' || result.reason === 'OutOfMemory');
}
