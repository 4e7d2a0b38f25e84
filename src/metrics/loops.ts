import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The metrics of one loop, as `kube/queue/loop.ts` reports them. */
export interface LoopSeries {
  started(): void;
  finished(seconds: number, outcome: 'success' | 'error' | 'terminal' | 'requeue'): void;
  depth(keys: number): void;
}

/** Creates the metrics of reconcile loops in `registry`; the result creates the series of one loop by its name. */
export function createLoopMetrics(registry: Registry): (loop: string) => LoopSeries {
  const registers = [registry];
  const total = new Counter({
    name: 'mooring_reconcile_total',
    help: 'Reconciles by loop and outcome (success, error, terminal, requeue).',
    labelNames: ['loop', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'mooring_reconcile_duration_seconds',
    help: 'Duration of a reconcile.',
    labelNames: ['loop'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const active = new Gauge({
    name: 'mooring_reconcile_active',
    help: 'Reconciles that are running.',
    labelNames: ['loop'],
    registers,
  });
  const depth = new Gauge({
    name: 'mooring_workqueue_depth',
    help: 'Keys that are due and not being processed yet.',
    labelNames: ['loop'],
    registers,
  });
  return (loop) => {
    // rate() misses the first error if the series starts with it, so every series starts with 0.
    for (const outcome of ['success', 'error', 'terminal', 'requeue']) total.inc({ loop, outcome }, 0);
    active.set({ loop }, 0);
    depth.set({ loop }, 0);
    return {
      started: () => active.inc({ loop }),
      finished(seconds, outcome) {
        active.dec({ loop });
        total.inc({ loop, outcome });
        duration.observe({ loop }, seconds);
      },
      depth: (keys) => depth.set({ loop }, keys),
    };
  };
}
