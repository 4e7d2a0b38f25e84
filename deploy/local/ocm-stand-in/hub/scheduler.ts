/** OCM stand-in (local runs only): the loop that turns Placements into PlacementDecisions. */

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
import { timestamp, withCondition } from '../conditions.ts';
import { layOutDecisions } from './decisions.ts';
import { placementOf, type HubCaches } from './hub-caches.ts';
import { splitKey } from '../key.ts';
import { schedule } from './placement.ts';
import { writeStatus } from '../object-write.ts';

export interface HubLoop {
  client: Client;
  caches: HubCaches;
  log: Log;
  /** ms epoch */
  clock: () => number;
}

/** Schedules every Placement until the signal is aborted. */
export async function runScheduler({ client, caches, log, clock }: HubLoop, signal: AbortSignal): Promise<void> {
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
    if (previous === undefined || !isDeepStrictEqual(traits(object), traits(previous))) enqueueAll();
  });
  await caches.synced;
  enqueueAll();
  const reconcile = (key: string): Promise<void | { requeueAfterMs: number }> => {
    const { namespace, name } = splitKey(key);
    const placement = caches.placements.get(namespace, name);
    return placement === undefined ? Promise.resolve() : place({ client, caches, log, clock }, placement);
  };
  await runLoop({ name: 'scheduler', queue, reconcile, workers: 4, log, signal });
}

/** What scheduling looks at: a heartbeat in a cluster's status must not make every Placement due. */
function traits({ metadata, spec, status }: ManagedCluster): unknown {
  return [metadata.labels, metadata.deletionTimestamp, spec.taints, status?.clusterClaims];
}

async function place(
  { client, caches, clock }: HubLoop,
  placement: Placement,
): Promise<void | { requeueAfterMs: number }> {
  const { metadata } = placement;
  if (metadata.deletionTimestamp !== undefined) return;
  if (metadata.annotations?.[schedulingDisabledAnnotation] === 'true') return;

  const existing = caches.decisions.byIndex('placement', keyOf(placement));
  const verdict = schedule({
    placement,
    bindings: caches.bindings.byIndex('namespace', metadata.namespace ?? ''),
    clusterSets: caches.clusterSets.list(),
    clusters: caches.clusters.list(),
    previous: new Set(existing.flatMap(({ status }) => status?.decisions ?? []).map((each) => each.clusterName)),
    now: clock(),
  });
  const { decisions, groups } = layOutDecisions(placement, verdict.clusters);

  for (const decision of decisions) {
    const { namespace, name } = decision.metadata;
    // oxlint-disable-next-line no-await-in-loop -- in order, so that readers never see a later part without the first
    await writeDecision(client, decision, caches.decisions.get(namespace, name));
  }
  const kept = new Set(decisions.map((decision) => decision.metadata.name));
  const surplus = existing.filter((decision) => !kept.has(decision.metadata.name));
  await Promise.all(surplus.map(({ metadata: key }) => client.delete(placementDecisions, key)));

  const now = timestamp(clock());
  const conditions = [verdict.misconfigured, verdict.satisfied].reduce<Condition[]>(
    (list, condition) => withCondition(list, condition, now),
    placement.status?.conditions ?? [],
  );
  const status = { numberOfSelectedClusters: verdict.clusters.length, decisionGroups: groups, conditions };
  await writeStatus(client, placements, placement, { ...placement.status, ...status });
  if (verdict.requeueAfterMs !== undefined) return { requeueAfterMs: verdict.requeueAfterMs };
}

/** Decisions are status, which a create drops: so a new object is written twice, as by OCM. */
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
