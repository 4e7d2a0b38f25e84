import { readFile } from 'node:fs/promises';
import { parseJson } from '../api/json-text.ts';
import type { JsonObject } from '../api/object.ts';
import type { TopologyContext } from '../api/topology-context.ts';
import type { Log } from '../log.ts';
import { EvaluatorPool } from './evaluator-pool.ts';
import { startEvaluator } from './evaluator.ts';
import type {
  EvaluationOptions,
  TemplateFindings,
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
  /** The deadline of one evaluation; the time in the queue does not count. */
  deadlineMs: number;
  /** The memory limit of each worker. The engine needs 25 MiB to start, of which it uses 17; 256 MiB are enough for any realistic topology. */
  memoryMiB: number;
  log: Log;
  /** How long a request waits for a worker; five deadlines by default. */
  queueMs?: number;
  /** The number of evaluations after which a worker is replaced. */
  replaceAfter?: number;
}

/** Resolves when all workers are ready; rejects if the module is invalid or needs more memory than its limit. */
export async function createTopologyEngine(options: EngineOptions): Promise<TopologyEngine> {
  const { module, workers, deadlineMs, memoryMiB, log } = options;
  const { queueMs = 5 * deadlineMs, replaceAfter = 1000 } = options;
  // The module is compiled once; the threads share its code and its bytes.
  const compiled = await compileOnce(module, memoryMiB);
  const start = () => startEvaluator(compiled);
  const now = () => performance.now();
  const pool = new EvaluatorPool({ start, size: workers, deadlineMs, queueMs, replaceAfter, now, log });
  try {
    await pool.open();
  } catch (error) {
    await pool.close();
    throw error;
  }
  const evaluate = async (request: object, evaluation: EvaluationOptions | undefined): Promise<TopologyResult> => {
    const evaluated = await pool.run(JSON.stringify(request), evaluation);
    return evaluated.ok ? resultOf(evaluated.response) : failure(evaluated.reason, evaluated.message);
  };
  return {
    check: async (template, parameter, evaluation = {}) => {
      evaluation.signal?.throwIfAborted();
      const { context = checkContext } = evaluation;
      return evaluate({ mode: 'check', template, parameter, context }, evaluation);
    },
    render: (template, parameter, context, evaluation) =>
      evaluate({ mode: 'render', template, parameter, context }, evaluation),
    close: () => pool.close(),
  };
}

/** Compiles the module, which keeps a copy of its 30 MiB. All other copies are freed at once: the garbage collector may take minutes. */
async function compileOnce(module: Uint8Array | string, memoryMiB: number): Promise<WebAssembly.Module> {
  let limited: Uint8Array<ArrayBuffer>;
  if (typeof module === 'string') {
    const file = await readFile(module);
    limited = limitMemory(file, memoryMiB);
    file.buffer.transfer(0);
  } else {
    limited = limitMemory(module, memoryMiB);
  }
  const compiling = WebAssembly.compile(limited);
  // `compile` has copied the bytes already.
  limited.buffer.transfer(0);
  return compiling;
}

/** The context for a template when only its parameter is checked. */
const checkContext: TopologyContext = {
  name: 'name',
  workloadName: 'name',
  namespace: 'namespace',
  deployment: { namespace: 'namespace', name: 'name' },
  appName: 'name',
  appRevision: 'name-v1',
  appRevisionNum: 1,
  appLabels: {},
  appAnnotations: {},
  components: [],
  environment: 'environment',
  workloadYamls: [],
};

/** The response of the Go side, which omits empty fields. */
interface EngineResponse {
  reason?: TopologyFailure;
  violations?: TopologyViolation[];
  objects?: JsonObject[];
  checked?: boolean;
  contextFields?: string[];
  withoutProperties?: Partial<TemplateFindings>;
}

function resultOf(json: string): TopologyResult {
  const response: EngineResponse = parseJson(json);
  const { reason, violations = [], objects = [], checked = false, contextFields, withoutProperties } = response;
  const known = contextFields === undefined ? {} : { contextFields };
  if (reason === undefined) return { ok: true, objects, ...known };
  return {
    ok: false,
    reason,
    violations,
    ...(checked ? { isChecked: true } : {}),
    ...(withoutProperties === undefined
      ? {}
      : { withoutProperties: { violations: [], objects: [], ...withoutProperties } }),
    ...known,
  };
}

function failure(reason: TopologyFailure, message: string): TopologyResult {
  return { ok: false, reason, violations: [{ path: [], message }] };
}
