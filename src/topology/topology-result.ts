import type { JsonObject } from '../api/object.ts';

/** What a topology can read besides its `parameter`. `workloadYamls` are manifests as JSON; empty in a review. */
export interface TopologyContext {
  name: string;
  workloadName: string;
  namespace: string;
  appName: string;
  environment: string;
  workloadYamls: string[];
}

/** One line about one place. `path` is inside the properties, and empty where the topology itself is at fault. */
export interface TopologyViolation {
  path: string[];
  message: string;
}

/**
 * Why there is no result: the properties do not fit, the template is wrong, the evaluation was stopped by its deadline
 * or its memory cap, or the engine broke (which says nothing about the request).
 */
export type TopologyFailure =
  'InvalidParameter' | 'InvalidTemplate' | 'DeadlineExceeded' | 'OutOfMemory' | 'EngineFailed';

export type TopologyResult =
  { ok: true; objects: JsonObject[] } | { ok: false; reason: TopologyFailure; violations: TopologyViolation[] };

/** Evaluates CUE topologies. An aborted `signal` rejects with its reason; everything else is a result. */
export interface TopologyEngine {
  /** Whether the template compiles and its `parameter` takes these properties; `objects` is empty. */
  check(template: string, parameter: JsonObject, signal?: AbortSignal): Promise<TopologyResult>;
  /** `output`, then each of `outputs` in the order of the template. */
  render(
    template: string,
    parameter: JsonObject,
    context: TopologyContext,
    signal?: AbortSignal,
  ): Promise<TopologyResult>;
  close(): Promise<void>;
}
