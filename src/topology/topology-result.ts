import type { JsonObject } from '../api/object.ts';
import type { TopologyContext } from '../api/topology-context.ts';

/** One problem in one line. `path` is a path in the properties; it is empty for a problem of the topology itself. */
export interface TopologyViolation {
  path: string[];
  message: string;
}

/**
 * Why there is no result: the properties do not match, the template is invalid, the evaluation was stopped at its deadline or its
 * memory limit, or the engine failed (for a reason that does not depend on the request).
 */
export type TopologyFailure =
  'InvalidParameter' | 'InvalidTemplate' | 'DeadlineExceeded' | 'OutOfMemory' | 'EngineFailed';

export type TopologyResult =
  | { ok: true; objects: JsonObject[] }
  | {
      ok: false;
      reason: TopologyFailure;
      violations: TopologyViolation[];
      /** How often in a row the same evaluation was stopped; absent if it was not, or if nobody counts. */
      timesStopped?: number;
    };

export interface EvaluationOptions {
  /** The namespace on the hub whose objects cause the evaluation. Namespaces share the engine equally. */
  namespace?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Evaluates CUE topologies. An aborted `signal` rejects with its reason; every other failure is a result. */
export interface TopologyEngine {
  /** Whether the template compiles and its `parameter` accepts these properties; `objects` is empty. */
  check(template: string, parameter: JsonObject, options?: EvaluationOptions): Promise<TopologyResult>;
  /** The object of `output`, then each of `outputs` in the order of the template. */
  render(
    template: string,
    parameter: JsonObject,
    context: TopologyContext,
    options?: EvaluationOptions,
  ): Promise<TopologyResult>;
  close(): Promise<void>;
}
