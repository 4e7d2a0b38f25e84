import { createHash } from 'node:crypto';
import { Lru } from '../lru.ts';
import type { TopologyEngine, TopologyResult } from './topology-result.ts';

export interface RememberingOptions {
  engine: Pick<TopologyEngine, 'check' | 'render'>;
  /** How many results are kept, some kilobytes each. */
  size: number;
  /** Characters of JSON that the results may have together; `keptTogether` unless given. */
  budget?: number;
  /** How long what was stopped is not tried again, so that one endless topology does not hold a worker for every request. */
  stoppedForMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Entry {
  result: TopologyResult;
  /** `undefined` for a result that holds for ever, as the same input gives the same output. */
  until: number | undefined;
  /** Characters of JSON. */
  length: number;
}

/** Characters of JSON. Most renders have some 10 KiB; one that is bigger than this is evaluated again each time. */
const largest = 256 * 1024;
const keptTogether = 64 * 1024 * 1024;

/** An engine that remembers: loops ask for the same render with every event, and admission asks twice. What broke is never remembered, nor what is very big. */
export function rememberingEngine(options: RememberingOptions): Pick<TopologyEngine, 'check' | 'render'> {
  const { engine, size, budget = keptTogether, stoppedForMs, now } = options;
  const entries = new Lru<Entry>({ capacity: size, budget, sizeOf: ({ length }) => length });
  /** Evaluations that nobody waits for twice. They have a deadline of their own, so none of those who wait ends them. */
  const underWay = new Map<string, Promise<TopologyResult>>();
  const remember = async (
    input: unknown[],
    evaluate: () => Promise<TopologyResult>,
    signal: AbortSignal | undefined,
  ): Promise<TopologyResult> => {
    const key = createHash('sha256').update(JSON.stringify(input)).digest('base64');
    const known = entries.get(key);
    if (known !== undefined && (known.until === undefined || now() < known.until)) return known.result;
    const pending = underWay.get(key) ?? settle(key, evaluate);
    underWay.set(key, pending);
    return heard(pending, signal);
  };
  const settle = async (key: string, evaluate: () => Promise<TopologyResult>): Promise<TopologyResult> => {
    try {
      return keep(key, await evaluate());
    } finally {
      underWay.delete(key);
    }
  };
  const keep = (key: string, result: TopologyResult): TopologyResult => {
    if (result.ok || result.reason !== 'EngineFailed') {
      const { length } = JSON.stringify(result);
      if (length <= largest)
        entries.set(key, { result, length, until: isStopped(result) ? now() + stoppedForMs : undefined });
    }
    return result;
  };
  return {
    check: (template, parameter, signal) =>
      remember(['check', template, parameter], () => engine.check(template, parameter), signal),
    render: (template, parameter, context, signal) =>
      remember(['render', template, parameter, context], () => engine.render(template, parameter, context), signal),
  };
}

/** The answer, unless the signal comes first; then its reason. */
async function heard(pending: Promise<TopologyResult>, signal: AbortSignal | undefined): Promise<TopologyResult> {
  if (signal === undefined) return pending;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function isStopped(result: TopologyResult): boolean {
  return !result.ok && (result.reason === 'DeadlineExceeded' || result.reason === 'OutOfMemory');
}
