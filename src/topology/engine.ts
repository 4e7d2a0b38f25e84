import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../api/object.ts';
import type { TopologyContext } from '../api/topology-context.ts';
import type { Log } from '../log.ts';
import { EvaluatorPool } from './evaluator-pool.ts';
import { startEvaluator } from './evaluator.ts';
import type { TopologyEngine, TopologyFailure, TopologyResult, TopologyViolation } from './topology-result.ts';
import { limitMemory } from './wasm-memory.ts';

export interface EngineOptions {
  /** The CUE engine as WebAssembly, or the path of its file: see `buildCueModule`. */
  module: Uint8Array | string;
  workers: number;
  /** For one evaluation; the time in the queue does not count. */
  deadlineMs: number;
  /** Limit on the memory of each worker. The engine starts in 17 MiB; 256 is enough for any sensible topology. */
  memoryMiB: number;
  log: Log;
  /** How long a request waits for a worker; five deadlines by default. */
  queueMs?: number;
  /** Evaluations after which a worker is replaced. */
  replaceAfter?: number;
  /** Results of `check` that are cached, a few hundred bytes each. */
  maxCachedChecks?: number;
}

/** Resolves when all workers can take requests; rejects if the module is not valid or does not fit its memory limit. */
export async function createTopologyEngine(options: EngineOptions): Promise<TopologyEngine> {
  const { module, workers, deadlineMs, memoryMiB, log } = options;
  const { queueMs = 5 * deadlineMs, replaceAfter = 1000, maxCachedChecks = 2000 } = options;
  const bytes = typeof module === 'string' ? await readFile(module) : module;
  // Compiled once; the threads share the code.
  const compiled = await WebAssembly.compile(limitMemory(bytes, memoryMiB));
  const start = () => startEvaluator(compiled);
  const pool = new EvaluatorPool({ start, size: workers, deadlineMs, queueMs, replaceAfter, log });
  try {
    await pool.open();
  } catch (error) {
    await pool.close();
    throw error;
  }
  const checks = new LRUCache<string, string>({
    max: maxCachedChecks,
    maxSize: maxChecksLength,
    sizeCalculation: (answer) => answer.length,
  });
  return {
    check: async (template, parameter, signal) => {
      signal?.throwIfAborted();
      const request = JSON.stringify({ mode: 'check', template, parameter, context: checkContext });
      const key = createHash('sha256').update(request).digest('base64');
      const cached = checks.get(key);
      if (cached !== undefined) return resultOf(cached);
      const evaluation = await pool.run(request, signal);
      if (!evaluation.ok) return failure(evaluation.reason, evaluation.message);
      const result = resultOf(evaluation.answer);
      // A failure of the engine says nothing about the request; the next attempt may succeed.
      if (result.ok || result.reason !== 'EngineFailed') checks.set(key, evaluation.answer);
      return result;
    },
    render: async (template, parameter, context, signal) => {
      const evaluation = await pool.run(JSON.stringify({ mode: 'render', template, parameter, context }), signal);
      return evaluation.ok ? resultOf(evaluation.answer) : failure(evaluation.reason, evaluation.message);
    },
    close: () => pool.close(),
  };
}

/** Characters of all cached checks together: a violation may quote what a user wrote. */
const maxChecksLength = 8 * 1024 * 1024;

/** The context that a template reads when only its parameter is checked. */
const checkContext: TopologyContext = {
  name: 'name',
  workloadName: 'name',
  namespace: 'namespace',
  appName: 'name',
  environment: 'environment',
  workloadYamls: [],
};

/** The answer of the Go side, which omits empty fields. */
interface Answer {
  reason?: TopologyFailure;
  violations?: TopologyViolation[];
  objects?: JsonObject[];
}

function resultOf(json: string): TopologyResult {
  const answer: Answer = JSON.parse(json);
  const { reason, violations = [], objects = [] } = answer;
  return reason === undefined ? { ok: true, objects } : { ok: false, reason, violations };
}

function failure(reason: TopologyFailure, message: string): TopologyResult {
  return { ok: false, reason, violations: [{ path: [], message }] };
}
