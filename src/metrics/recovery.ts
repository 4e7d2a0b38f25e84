import { Gauge, type Registry } from 'prom-client';

/** Metrics about what was lost on the hub and is still on the spokes. */
export interface RecoveryMetrics {
  /** Exports when work agents may evict what is missing on the hub, in ms since the epoch; `undefined` while nothing is missing. */
  evictionDeadline(read: () => number | undefined): void;
}

/** Creates the metrics in `registry`. Their values are read at each scrape. */
export function createRecoveryMetrics(registry: Registry): RecoveryMetrics {
  let deadline: () => number | undefined = () => undefined;
  const gauge = new Gauge({
    name: 'mooring_hub_eviction_deadline_seconds',
    help: 'When work agents may delete workloads whose ManifestWorks are missing on the hub, in seconds since the epoch. Absent while none is missing.',
    registers: [],
    collect() {
      const at = deadline();
      // A gauge without labels has the value 0 until it is removed.
      if (at === undefined) this.remove();
      else this.set(at / 1000);
    },
  });
  registry.registerMetric(gauge);
  return { evictionDeadline: (read) => void (deadline = read) };
}
