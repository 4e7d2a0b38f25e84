import { Counter, Histogram, type Registry } from 'prom-client';

/** One admission request that got a response. Its strings are from fixed lists, never from user input. */
export interface AdmissionSample {
  /** One of our kinds, or `unknown`. */
  kind: string;
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT' | 'unknown';
  /** `error` means that mooring itself failed and did not evaluate the object. */
  decision: 'allow' | 'deny' | 'error';
  seconds: number;
  /** Codes of the rules that denied or warned. */
  rules: readonly string[];
}

/** Metrics of the webhook. */
export interface AdmissionMetrics {
  recordDecision(sample: AdmissionSample): void;
}

/** Creates the metrics of admission in `registry`. */
export function createAdmissionMetrics(registry: Registry): AdmissionMetrics {
  const requests = new Counter({
    name: 'mooring_admission_requests_total',
    help: 'Admission requests answered, by kind, operation and decision (allow, deny, error).',
    labelNames: ['kind', 'operation', 'decision'],
    registers: [registry],
  });
  const violations = new Counter({
    name: 'mooring_admission_violations_total',
    help: 'Violations of rules, both denials and warnings, by the code of the rule.',
    labelNames: ['rule'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'mooring_admission_duration_seconds',
    help: 'Time to answer an admission request, without network time.',
    labelNames: ['kind', 'operation'],
    // From a decision on cached data (below a millisecond) to the timeout of the webhook configuration (5 s).
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return {
    recordDecision({ kind, operation, decision, seconds, rules }) {
      requests.inc({ kind, operation, decision });
      duration.observe({ kind, operation }, seconds);
      for (const rule of rules) violations.inc({ rule });
    },
  };
}
