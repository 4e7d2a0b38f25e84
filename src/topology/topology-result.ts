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

export type TopologyResult = (
  | { ok: true; objects: JsonObject[] }
  | {
      ok: false;
      reason: TopologyFailure;
      violations: TopologyViolation[];
      /** Whether the template compiles and its `parameter` accepts the properties, so that only what it renders is invalid. */
      isChecked?: boolean;
      /** What a render with invalid properties shows of the template. */
      withoutProperties?: TemplateFindings;
      /** How often in a row the same evaluation was stopped; absent if it was not, or if nobody counts. */
      timesStopped?: number;
    }
) & {
  /** The fields of the context that have an effect on the result. If this is absent, each field may have one. */
  contextFields?: readonly string[];
};

/** What a template shows for any properties. Properties that choose another branch of it may avoid the violations. */
export interface TemplateFindings {
  violations: TopologyViolation[];
  /** apiVersion and kind of the objects for which both are known. */
  objects: JsonObject[];
}

export interface EvaluationOptions {
  /** The namespace on the hub whose objects cause the evaluation. Namespaces share the engine equally. */
  namespace?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Options of `check`. */
export interface CheckOptions extends EvaluationOptions {
  /** The context to check with. A cache then renders the template with it, because the next step usually is that render. */
  context?: TopologyContext | undefined;
}

/** Evaluates CUE topologies. An aborted `signal` rejects with its reason; every other failure is a result. */
export interface TopologyEngine {
  /** Whether the template compiles and its `parameter` accepts these properties; `objects` is empty. */
  check(template: string, parameter: JsonObject, options?: CheckOptions): Promise<TopologyResult>;
  /** The object of `output`, then each of `outputs` in the order of the template. */
  render(
    template: string,
    parameter: JsonObject,
    context: TopologyContext,
    options?: EvaluationOptions,
  ): Promise<TopologyResult>;
  close(): Promise<void>;
}
