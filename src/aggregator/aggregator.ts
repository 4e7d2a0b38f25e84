import type { Environment } from '../api/environment.ts';
import { keyOf } from '../api/object.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import type { Client } from '../kube/client/client.ts';
import { shownByResourceVersion, WriteOverlay } from '../kube/cache/write-overlay.ts';
import { whyNotReady } from '../kube/cache/readiness.ts';
import { runLoop } from '../kube/queue/loop.ts';
import { waitForAbort } from '../kube/wait-for-abort.ts';
import { WorkQueue } from '../kube/queue/work-queue.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { DecisionTimes } from './decision-latency.ts';
import { createReconcile } from './reconcile.ts';
import { createWatches, runWatches } from './watches.ts';

export interface AggregatorOptions {
  /** Its writes must be guarded by the Lease. */
  client: Client;
  log: Log;
  metrics: Metrics;
  /** The hash that is part of the names and labels of rendered objects. */
  hash: Hash;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
  /** How many Environments are reconciled at the same time. */
  workers?: number;
}

/** Writes the readiness of Environments into their status. Every replica watches, so that a new leader starts with complete caches. */
export interface Aggregator {
  /** Runs the watches until the signal. */
  watch(signal: AbortSignal): Promise<void>;
  /** The caches that are not complete or without contact with the API server. */
  whyNotReady(): string[];
  /** Evaluates every Environment once, and after that those that a change affects, until the signal. Only the leader calls it. */
  lead(signal: AbortSignal): Promise<void>;
}

/** Creates an aggregator; `watch` and `lead` start it. */
export function createAggregator({ client, log, metrics, hash, now, workers = 32 }: AggregatorOptions): Aggregator {
  const decisionTimes = new DecisionTimes(now);
  const ownWrites = new WriteOverlay<Environment>({ isShown: shownByResourceVersion });
  /** Defined only while this process leads. */
  let queue: WorkQueue | undefined;
  const watches = createWatches({
    client,
    log,
    onChange(key, cause) {
      if (queue === undefined) return;
      if (cause === 'decision') decisionTimes.record(key);
      queue.add(key);
    },
  });
  const { environments, placements, decisions, deployments } = watches;
  environments.aroundList(() => ownWrites.duringList());
  metrics.process.watch('environments', () => environments.lastContact());
  metrics.process.watch('placements', () => placements.lastContact());
  metrics.process.watch('placementdecisions', () => decisions.lastContact());
  metrics.process.watch('workloaddeployments', () => deployments.lastContact());
  const series = metrics.loop('aggregator');

  return {
    watch: (signal) => runWatches(watches, signal),
    whyNotReady: () => whyNotReady(Object.entries(watches)),
    async lead(signal) {
      await Promise.race([waitForAbort(signal), Promise.all(Object.values(watches).map(({ synced }) => synced))]);
      if (signal.aborted) return;
      // Each namespace has its turn, so that no tenant delays another one.
      queue = new WorkQueue({ groupOf: (key) => key.split('/')[0] ?? '' });
      for (const environment of environments.list()) queue.add(keyOf(environment));
      const reconcile = createReconcile({
        client,
        caches: watches,
        ownWrites,
        decisionTimes,
        metrics: metrics.environments,
        hash,
        log,
        now,
      });
      try {
        await runLoop({ name: 'aggregator', queue, reconcile, workers, log, metrics: series, signal });
      } finally {
        queue = undefined;
        decisionTimes.clear();
        ownWrites.clear();
        metrics.environments.clear();
      }
    },
  };
}
