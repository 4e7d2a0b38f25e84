import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { JsonObject } from '../api/object.ts';
import type { Log } from '../log.ts';
import { Lru } from '../lru.ts';
import { EvaluatorPool } from './evaluator-pool.ts';
import { startEvaluator } from './evaluator.ts';
import type {
  TopologyContext,
  TopologyEngine,
  TopologyFailure,
  TopologyResult,
  TopologyViolation,
} from './topology-result.ts';
import { limitMemory } from './wasm-memory.ts';

export interface EngineOptions {
  /** The CUE engine as WebAssembly, or the path of its file: see `buildCueModule`. */
  module: Uint8Array | string;
  workers: number;
  /** For one evaluation; the time in the queue does not count. */
  deadlineMs: number;
  /** Cap on the memory of each worker. The engine starts in 17 MiB; 256 leaves room for any sensible topology. */
  memoryMiB: number;
  log: Log;
  /** For the wait for a worker; five deadlines unless given. */
  queueMs?: number;
  /** Evaluations after which a worker is replaced. */
  renewAfter?: number;
  /** Verdicts of `check` that are kept, a few hundred bytes each. */
  cachedChecks?: number;
}

/** Resolves when all workers can take requests; rejects where the module is none or does not fit its memory. */
export async function createTopologyEngine(options: EngineOptions): Promise<TopologyEngine> {
  const { module, workers, deadlineMs, memoryMiB, log } = options;
  const { queueMs = 5 * deadlineMs, renewAfter = 1000, cachedChecks = 2000 } = options;
  const bytes = typeof module === 'string' ? await readFile(module) : module;
  // Compiled once; the threads share the code.
  const compiled = await WebAssembly.compile(limitMemory(bytes, memoryMiB));
  const start = () => startEvaluator(compiled);
  const pool = new EvaluatorPool({ start, size: workers, deadlineMs, queueMs, renewAfter, log });
  try {
    await pool.open();
  } catch (error) {
    await pool.close();
    throw error;
  }
  const checks = new Lru<string>({ capacity: cachedChecks, budget: checkBudget, sizeOf: (text) => text.length });
  return {
    check: async (template, parameter, signal) => {
      signal?.throwIfAborted();
      const request = JSON.stringify({ mode: 'check', template, parameter, context: checkContext });
      const key = createHash('sha256').update(request).digest('base64');
      const known = checks.get(key);
      if (known !== undefined) return resultOf(known);
      const evaluation = await pool.run(request, signal);
      if (!evaluation.ok) return stopped(evaluation.reason, evaluation.message);
      const result = resultOf(evaluation.text);
      // What broke says nothing about the request, and may go well the next time.
      if (result.ok || result.reason !== 'EngineFailed') checks.set(key, evaluation.text);
      return result;
    },
    render: async (template, parameter, context, signal) => {
      const evaluation = await pool.run(JSON.stringify({ mode: 'render', template, parameter, context }), signal);
      return evaluation.ok ? resultOf(evaluation.text) : stopped(evaluation.reason, evaluation.message);
    },
    close: () => pool.close(),
  };
}

/** Characters of all verdicts together: a violation may quote what a user wrote. */
const checkBudget = 8 * 1024 * 1024;

/** What a template may read when only its parameter is looked at. */
const checkContext: TopologyContext = {
  name: 'name',
  workloadName: 'name',
  namespace: 'namespace',
  appName: 'name',
  environment: 'environment',
  workloadYamls: [],
};

/** What the Go side answers; it leaves out what is empty. */
interface Answer {
  reason?: TopologyFailure;
  violations?: TopologyViolation[];
  objects?: JsonObject[];
}

function resultOf(text: string): TopologyResult {
  const answer: Answer = JSON.parse(text);
  const { reason, violations = [], objects = [] } = answer;
  return reason === undefined ? { ok: true, objects } : { ok: false, reason, violations };
}

function stopped(reason: TopologyFailure, message: string): TopologyResult {
  return { ok: false, reason, violations: [{ path: [], message }] };
}
