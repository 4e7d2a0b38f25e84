import { Counter, Gauge, type Registry } from 'prom-client';

/** How many objects on the hub have no owner, by why. */
export type OrphanCounts = Record<'orphaned' | 'foreign' | 'unproven', number>;

/** Metrics about what was lost on the hub and is still on the spokes, and about objects on the hub without an owner. */
export interface RecoveryMetrics {
  /** Exports when work agents may evict what is missing on the hub, in ms since the epoch; `undefined` while nothing is missing. */
  evictionDeadline(read: () => number | undefined): void;
  /** Exports how many objects on the hub have no owner; `undefined` while this process does not lead. */
  orphanedObjects(read: () => OrphanCounts | undefined): void;
  /** Counts an object of this kind that was deleted because its owner does not exist. */
  orphanDeleted(kind: string): void;
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
  return { evictionDeadline: (read) => void (deadline = read), ...createOrphanMetrics(registry) };
}

function createOrphanMetrics(registry: Registry): Pick<RecoveryMetrics, 'orphanedObjects' | 'orphanDeleted'> {
  let counts: () => OrphanCounts | undefined = () => undefined;
  const gauge = new Gauge({
    name: 'mooring_orphaned_objects',
    help: 'Objects of mooring on the hub without an owner. orphaned: the controller deletes them; foreign: another installation has applied them; unproven: nothing proves who has applied them. Only the leading controller exports it.',
    labelNames: ['state'],
    registers: [],
    collect() {
      this.reset();
      for (const [state, count] of Object.entries(counts() ?? {})) this.set({ state }, count);
    },
  });
  const deleted = new Counter({
    name: 'mooring_orphaned_objects_deleted_total',
    help: 'Objects on the hub that the controller has deleted because their owner does not exist.',
    labelNames: ['kind'],
    registers: [registry],
  });
  registry.registerMetric(gauge);
  return { orphanedObjects: (read) => void (counts = read), orphanDeleted: (kind) => deleted.inc({ kind }) };
}
