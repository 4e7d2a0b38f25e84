/** OCM stand-in (local runs only): writes the PlacementDecisions of Placements. */

import { isDeepStrictEqual } from 'node:util';
import { keyOf, type Condition } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { runLoop } from '../../../../src/kube/queue/loop.ts';
import { WorkQueue } from '../../../../src/kube/queue/work-queue.ts';
import type { Log } from '../../../../src/log.ts';
import {
  placementDecisions,
  placements,
  schedulingDisabledAnnotation,
  type ManagedCluster,
  type Placement,
  type PlacementDecision,
} from './cluster-kinds.ts';
import { formatTime, withCondition } from '../conditions.ts';
import { groupDecisions } from './decisions.ts';
import { placementOf, type HubCaches } from './hub-caches.ts';
import { splitKey } from '../key.ts';
import { schedulePlacement } from './placement.ts';
import { writeStatus } from '../object-write.ts';

export interface HubLoop {
  client: Client;
  caches: HubCaches;
  log: Log;
  /** In ms since the epoch. */
  now: () => number;
}

/** Runs until the signal is aborted. */
export async function runScheduler({ client, caches, log, now }: HubLoop, signal: AbortSignal): Promise<void> {
  const queue = new WorkQueue();
  const enqueueAll = (): void => {
    for (const placement of caches.placements.list()) queue.add(keyOf(placement));
  };
  caches.placements.subscribe(({ object }) => queue.add(keyOf(object)));
  caches.decisions.subscribe(({ object }) => placementOf(object).forEach((key) => queue.add(key)));
  caches.bindings.subscribe(({ object }) => {
    for (const placement of caches.placements.byIndex('namespace', object.metadata.namespace ?? '')) {
      queue.add(keyOf(placement));
    }
  });
  caches.clusterSets.subscribe(enqueueAll);
  caches.clusters.subscribe(({ object, previous }) => {
    if (previous === undefined || !isDeepStrictEqual(pickSchedulingFields(object), pickSchedulingFields(previous)))
      enqueueAll();
  });
  await caches.synced;
  enqueueAll();
  const reconcile = (key: string): Promise<void | { requeueAfterMs: number }> => {
    const { namespace, name } = splitKey(key);
    const placement = caches.placements.get(namespace, name);
    return placement === undefined ? Promise.resolve() : reconcilePlacement({ client, caches, log, now }, placement);
  };
  await runLoop({ name: 'scheduler', queue, reconcile, workers: 4, log, signal });
}

/** The fields that scheduling depends on. A heartbeat in the status of a cluster must not enqueue every Placement. */
function pickSchedulingFields({ metadata, spec, status }: ManagedCluster): unknown {
  return [metadata.labels, metadata.deletionTimestamp, spec.taints, status?.clusterClaims];
}

async function reconcilePlacement(
  { client, caches, now }: HubLoop,
  placement: Placement,
): Promise<void | { requeueAfterMs: number }> {
  const { metadata } = placement;
  if (metadata.deletionTimestamp !== undefined) return;
  if (metadata.annotations?.[schedulingDisabledAnnotation] === 'true') return;

  const existing = caches.decisions.byIndex('placement', keyOf(placement));
  const schedule = schedulePlacement({
    placement,
    bindings: caches.bindings.byIndex('namespace', metadata.namespace ?? ''),
    clusterSets: caches.clusterSets.list(),
    clusters: caches.clusters.list(),
    previous: new Set(existing.flatMap(({ status }) => status?.decisions ?? []).map((each) => each.clusterName)),
    now: now(),
  });
  const { decisions, groups } = groupDecisions(placement, schedule.clusters);

  for (const decision of decisions) {
    const { namespace, name } = decision.metadata;
    // oxlint-disable-next-line no-await-in-loop -- in order, so that readers never see the second object without the first
    await writeDecision(client, decision, caches.decisions.get(namespace, name));
  }
  const names = new Set(decisions.map((decision) => decision.metadata.name));
  const stale = existing.filter((decision) => !names.has(decision.metadata.name));
  await Promise.all(stale.map(({ metadata: key }) => client.delete(placementDecisions, key)));

  const time = formatTime(now());
  const conditions = [schedule.misconfigured, schedule.satisfied].reduce<Condition[]>(
    (list, condition) => withCondition(list, condition, time),
    placement.status?.conditions ?? [],
  );
  const status = { numberOfSelectedClusters: schedule.clusters.length, decisionGroups: groups, conditions };
  await writeStatus(client, placements, placement, { ...placement.status, ...status });
  if (schedule.requeueAfterMs !== undefined) return { requeueAfterMs: schedule.requeueAfterMs };
}

/** Decisions are in the status, and a create request drops the status. So a new object is written twice, as in OCM. */
async function writeDecision(
  client: Client,
  wanted: PlacementDecision,
  cached: PlacementDecision | undefined,
): Promise<void> {
  const existing = cached ?? (await client.create(placementDecisions, wanted));
  const status = wanted.status ?? { decisions: [] };
  if (!isDeepStrictEqual(existing.status, status)) {
    await writeStatus(client, placementDecisions, existing, status);
  } else if (!isDeepStrictEqual(existing.metadata.labels, wanted.metadata.labels)) {
    const { namespace, name } = wanted.metadata;
    await client.patch(placementDecisions, { namespace, name }, { metadata: { labels: wanted.metadata.labels ?? {} } });
  }
}
