import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAdmissionMetrics, type AdmissionMetrics } from './metrics/admission.ts';
import { createEnvironmentMetrics, type EnvironmentMetrics } from './metrics/environments.ts';
import { createLoopMetrics, type LoopSeries } from './metrics/loops.ts';
import { createProcessMetrics, type ProcessMetrics } from './metrics/process.ts';

/** All metrics of a process. What its role never touches has no series. */
export interface Metrics {
  admission: AdmissionMetrics;
  environments: EnvironmentMetrics;
  /** The series of one reconcile loop. */
  loop(name: string): LoopSeries;
  process: ProcessMetrics;
  /** What a scrape answers: the text and its content type. */
  expose(): Promise<{ contentType: string; body: string }>;
}

interface MetricsOptions {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Node's own metrics of the process too; true unless said otherwise. */
  defaults?: boolean;
}

/** Creates all metrics in a registry of their own. */
export function createMetrics({ now, defaults = true }: MetricsOptions): Metrics {
  const registry = new Registry();
  if (defaults) collectDefaultMetrics({ register: registry });
  return {
    admission: createAdmissionMetrics(registry),
    environments: createEnvironmentMetrics(registry),
    loop: createLoopMetrics(registry),
    process: createProcessMetrics(registry, now),
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
