import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { parseJson } from '../api/json-text.ts';
import type { JsonObject } from '../api/object.ts';
import type { TopologyContext } from '../api/topology-context.ts';
import { textBytes } from '../api/text-bytes.ts';
import { KnownTemplates } from './known-templates.ts';
import type { EvaluationOptions, TopologyEngine, TopologyResult } from './topology-result.ts';

export interface CachingEngineOptions {
  engine: Pick<TopologyEngine, 'check' | 'render'>;
  /** The maximum number of cached results, some kilobytes each. */
  maxResults: number;
  /** About how many bytes of memory all cached results may need. */
  maxTotalBytes?: number;
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
  /** What the result says about the properties; `undefined` if that is not known. */
  checked: TopologyResult | undefined;
  /** Milliseconds since the epoch; `undefined` for a result that never expires, because the same input gives the same output. */
  expiresAt: number | undefined;
  /** How long the failure of a stopped evaluation is cached. */
  retryAfterMs: number | undefined;
  /** How often in a row the evaluation was stopped. */
  timesStopped: number;
}

/** One evaluation. A check may have no context. */
interface Input {
  mode: 'check' | 'render';
  template: string;
  parameter: JsonObject;
  context: TopologyContext | undefined;
}

/** The maximum length of one cached result, in characters of JSON. Most have about 10 KiB; a longer result is not cached. */
const maxResultLength = 256 * 1024;
const defaultMaxTotalBytes = 64 * 1024 * 1024;
/** A longer key is replaced by its hash. */
const maxKeyLength = 512;

/**
 * Creates an engine that caches results: loops repeat the same render after every event, and admission evaluates it twice.
 * Renders with different contexts share a result if no field in which the contexts differ has an effect on the template. A check with a
 * context is read from the render with that context. Failures of the engine and very long results are not cached.
 */
export function createCachingEngine(options: CachingEngineOptions): Pick<TopologyEngine, 'check' | 'render'> {
  const caching = new CachingEngine(options);
  return {
    check: (template, parameter, evaluation) => caching.check(template, parameter, evaluation),
    render: (template, parameter, context, evaluation) =>
      caching.evaluate({ mode: 'render', template, parameter, context }, evaluation),
  };
}

class CachingEngine {
  readonly #options: CachingEngineOptions;
  readonly #results: LRUCache<string, CachedResult>;
  readonly #templates = new KnownTemplates();
  /** Running evaluations; several callers may wait for one. An evaluation has its own deadline, so no caller aborts it. */
  readonly #pending = new Map<string, Promise<TopologyResult>>();

  constructor(options: CachingEngineOptions) {
    const { maxResults, maxTotalBytes = defaultMaxTotalBytes } = options;
    this.#options = options;
    this.#results = new LRUCache({ max: maxResults, maxSize: maxTotalBytes });
  }

  async check(
    template: string,
    parameter: JsonObject,
    evaluation: Parameters<TopologyEngine['check']>[2] = {},
  ): Promise<TopologyResult> {
    const { context } = evaluation;
    const check: Input = { mode: 'check', template, parameter, context };
    if (context === undefined) return this.evaluate(check, evaluation);
    const render: Input = { mode: 'render', template, parameter, context };
    const known = this.#cached(check)?.checked ?? this.#cached(render)?.checked;
    if (known !== undefined) return known;
    if (this.#cached(render) === undefined) {
      const rendered = await this.evaluate(render, evaluation);
      // After a stopped render, a request has no time for another evaluation.
      return checkedBy(rendered) ?? rendered;
    }
    // The render was stopped before, but the properties may still be valid.
    return this.evaluate(check, evaluation);
  }

  /** The result, from the cache or from a running evaluation if there is one. */
  async evaluate(input: Input, { namespace = '', signal }: EvaluationOptions = {}): Promise<TopologyResult> {
    const cached = this.#cached(input);
    if (cached !== undefined) return parsed(cached);
    // A namespace does not wait in the queue of another one.
    const pendingKey = `${this.#keyOf(input)} ${namespace}`;
    const evaluation = this.#pending.get(pendingKey) ?? this.#evaluate(input, namespace, pendingKey);
    this.#pending.set(pendingKey, evaluation);
    return raceWithAbort(evaluation, signal);
  }

  async #evaluate(input: Input, namespace: string, pendingKey: string): Promise<TopologyResult> {
    try {
      const { contextFields, ...evaluated } = await this.#evaluateNow(input, namespace);
      if (contextFields !== undefined) this.#templates.learn(input.template, contextFields);
      const key = this.#keyOf(input);
      const result = withTimesStopped(evaluated, this.#results.peek(key)?.timesStopped);
      this.#cache(key, input, result);
      return result;
    } finally {
      this.#pending.delete(pendingKey);
    }
  }

  #evaluateNow({ mode, template, parameter, context }: Input, namespace: string): Promise<TopologyResult> {
    const { engine } = this.#options;
    return mode === 'check' || context === undefined
      ? engine.check(template, parameter, { namespace, context })
      : engine.render(template, parameter, context, { namespace });
  }

  #cache(key: string, input: Input, result: TopologyResult): void {
    if (!result.ok && result.reason === 'EngineFailed') return;
    const text = JSON.stringify(result);
    const checked = checkedBy(result);
    if (text.length > maxResultLength) {
      // What it says about the properties is short.
      if (input.mode === 'render' && checked?.ok === true)
        this.#cache(this.#keyOf({ ...input, mode: 'check' }), input, checked);
      return;
    }
    const { retryStoppedAfterMs, longestRetryMs = retryStoppedAfterMs, now } = this.#options;
    const before = this.#results.peek(key)?.retryAfterMs;
    const longer = before === undefined ? retryStoppedAfterMs : Math.min(before * 2, longestRetryMs);
    const retryAfterMs = wasStopped(result) ? longer : undefined;
    const expiresAt = retryAfterMs === undefined ? undefined : now() + retryAfterMs;
    const timesStopped = result.ok ? 0 : (result.timesStopped ?? 0);
    this.#results.set(
      key,
      { text, checked, expiresAt, retryAfterMs, timesStopped },
      { size: textBytes(key) + textBytes(text) },
    );
  }

  #cached(input: Input): CachedResult | undefined {
    const cached = this.#results.get(this.#keyOf(input));
    const isFresh = cached?.expiresAt === undefined || this.#options.now() < cached.expiresAt;
    return isFresh ? cached : undefined;
  }

  /** The key contains what has an effect on the result, and a number instead of the template, which has some 10 KiB. */
  #keyOf({ mode, template, parameter, context }: Input): string {
    const { id, effective } = this.#templates.inputOf(template, context);
    const key = `${mode} ${id} ${JSON.stringify([parameter, effective])}`;
    return key.length > maxKeyLength ? hash('sha256', key, 'base64') : key;
  }
}

/** What a result says about the properties; `undefined` for a render that does not tell. */
function checkedBy(result: TopologyResult): TopologyResult | undefined {
  if (result.ok || result.isChecked === true) return { ok: true, objects: [] };
  if (wasStopped(result)) return undefined;
  const { reason, violations } = result;
  return { ok: false, reason, violations };
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
