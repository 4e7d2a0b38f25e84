import { createHash } from 'node:crypto';
import { Lru } from './lru.ts';
import type { TopologyEngine, TopologyResult } from './topology-result.ts';

export interface RememberingOptions {
  engine: Pick<TopologyEngine, 'check' | 'render'>;
  /** Results that are kept, some kilobytes each. */
  size: number;
  /** How long what was stopped is not tried again, so that one endless topology does not hold a worker for every request. */
  stoppedForMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Entry {
  result: TopologyResult;
  /** `undefined` for a result that holds for ever, as the same input gives the same output. */
  until: number | undefined;
}

/** An engine that remembers: loops ask for the same render with every event, and admission asks twice. What broke is never remembered. */
export function rememberingEngine(options: RememberingOptions): Pick<TopologyEngine, 'check' | 'render'> {
  const { engine, size, stoppedForMs, now } = options;
  const entries = new Lru<Entry>(size);
  const remember = async (input: unknown[], evaluate: () => Promise<TopologyResult>): Promise<TopologyResult> => {
    const key = createHash('sha256').update(JSON.stringify(input)).digest('base64');
    const known = entries.get(key);
    if (known !== undefined && (known.until === undefined || now() < known.until)) return known.result;
    const result = await evaluate();
    if (result.ok || result.reason !== 'EngineFailed') {
      entries.set(key, { result, until: isStopped(result) ? now() + stoppedForMs : undefined });
    }
    return result;
  };
  return {
    check: (template, parameter, signal) =>
      remember(['check', template, parameter], () => engine.check(template, parameter, signal)),
    render: (template, parameter, context, signal) =>
      remember(['render', template, parameter, context], () => engine.render(template, parameter, context, signal)),
  };
}

function isStopped(result: TopologyResult): boolean {
  return !result.ok && (result.reason === 'DeadlineExceeded' || result.reason === 'OutOfMemory');
}
