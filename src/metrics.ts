import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAdmissionMetrics, type AdmissionMetrics } from './metrics/admission.ts';
import { createCertificateMetrics, type CertificateMetrics } from './metrics/certificates.ts';
import { createEnvironmentMetrics, type EnvironmentMetrics } from './metrics/environments.ts';
import { createLoopMetrics, type LoopSeries } from './metrics/loops.ts';
import { createProcessMetrics, type ProcessMetrics } from './metrics/process.ts';
import { createRecoveryMetrics, type RecoveryMetrics } from './metrics/recovery.ts';

/** All metrics of a process. Metrics that its role does not use have no series. */
export interface Metrics {
  admission: AdmissionMetrics;
  certificates: CertificateMetrics;
  environments: EnvironmentMetrics;
  /** Creates the series of one reconcile loop. */
  loop(name: string): LoopSeries;
  process: ProcessMetrics;
  recovery: RecoveryMetrics;
  /** The response to a scrape. */
  expose(): Promise<{ contentType: string; body: string }>;
}

interface MetricsOptions {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Whether to export the default metrics of Node too; true by default. */
  defaults?: boolean;
  /** Whether to export series that name objects; true by default. */
  objects?: boolean;
}

/** Creates all metrics in a new registry. */
export function createMetrics({ now, defaults = true, objects = true }: MetricsOptions): Metrics {
  const registry = new Registry();
  if (defaults) collectDefaultMetrics({ register: registry });
  return {
    admission: createAdmissionMetrics(registry),
    certificates: createCertificateMetrics(registry),
    environments: createEnvironmentMetrics(registry, { objects }),
    loop: createLoopMetrics(registry),
    process: createProcessMetrics(registry, now),
    recovery: createRecoveryMetrics(registry),
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
