/** OCM stand-in (local runs only): creates the ManifestWorks of ManifestWorkReplicaSets. */

import { keyOf, type KubeObject } from '../../../../src/api/object.ts';
import { isAlreadyExists } from '../../../../src/kube/client/errors.ts';
import { runLoop } from '../../../../src/kube/queue/loop.ts';
import { WorkQueue } from '../../../../src/kube/queue/work-queue.ts';
import { formatTime } from '../conditions.ts';
import { placementOf as placementOfDecision } from './hub-caches.ts';
import { splitKey } from '../key.ts';
import {
  clusterOf,
  placementOf,
  planManifestWorks,
  replicaSetKey,
  type DecidedPlacement,
  type ReplicaSetPlan,
} from './replica-set.ts';
import { computeMissingPlacementStatus, computeReplicaSetStatus } from './replica-set-status.ts';
import type { HubLoop } from './scheduler.ts';
import { addFinalizer, removeFinalizer, writeStatus } from '../object-write.ts';
import {
  manifestWorkReplicaSets,
  manifestWorks,
  replicaSetFinalizer,
  replicaSetLabel,
  type ManifestWork,
  type ManifestWorkReplicaSet,
} from '../work-kinds.ts';
import { WorkNames } from './work-names.ts';

interface ReplicaSetLoop extends HubLoop {
  names: WorkNames;
}

/** Reconciles every ManifestWorkReplicaSet until the signal is aborted. `random` returns numbers in [0, 1). */
export async function runReplicaSets(
  { random, ...hubLoop }: HubLoop & { random: () => number },
  signal: AbortSignal,
): Promise<void> {
  const loop: ReplicaSetLoop = { ...hubLoop, names: new WorkNames(random) };
  const { caches, log } = loop;
  const queue = new WorkQueue();
  const enqueueOf = (placement: string): void => {
    for (const replicaSet of caches.replicaSets.byIndex('placement', placement)) queue.add(keyOf(replicaSet));
  };
  caches.replicaSets.subscribe(({ object }) => queue.add(keyOf(object)));
  caches.placements.subscribe(({ object }) => enqueueOf(keyOf(object)));
  caches.decisions.subscribe(({ object }) => placementOfDecision(object).forEach(enqueueOf));
  caches.works.subscribe(({ object }) => {
    const key = replicaSetKeyOf(object);
    if (key !== undefined) queue.add(key);
  });
  await caches.synced;
  for (const replicaSet of caches.replicaSets.list()) queue.add(keyOf(replicaSet));
  await runLoop({ name: 'replica-sets', queue, reconcile: (key) => reconcile(loop, key), workers: 4, log, signal });
}

/** The label contains `<namespace>.<name>`. A namespace cannot contain a dot, so the first dot is the separator. */
function replicaSetKeyOf({ metadata }: KubeObject): string | undefined {
  const label = metadata.labels?.[replicaSetLabel];
  const dot = label?.indexOf('.') ?? -1;
  return label === undefined || dot < 0 ? undefined : `${label.slice(0, dot)}/${label.slice(dot + 1)}`;
}

async function reconcile(loop: ReplicaSetLoop, key: string): Promise<void | { requeueAfterMs: number }> {
  const { client, caches, now, names } = loop;
  const { namespace, name } = splitKey(key);
  const cached = caches.replicaSets.get(namespace, name);
  if (cached === undefined) return;
  const works = caches.works.byIndex('replicaSet', replicaSetKey(cached));
  if (cached.metadata.deletionTimestamp !== undefined) return finalize(loop, cached, works);

  const replicaSet = await addFinalizer(client, manifestWorkReplicaSets, cached, replicaSetFinalizer);

  const { uid = '' } = replicaSet.metadata;
  for (const work of works) names.seen({ uid, cluster: clusterOf(work), placement: placementOf(work) ?? '' });
  const nameOf = (cluster: string, placement: string) => names.nameOf({ base: name, uid, cluster, placement });
  const input = { replicaSet, placements: readDecisions(loop, replicaSet), works };
  const plan = planManifestWorks({ ...input, nameOf });
  try {
    await executePlan(loop, plan);
  } catch (error) {
    // The cache does not contain our own create yet, or another client created a ManifestWork with this name.
    if (isAlreadyExists(error)) return { requeueAfterMs: 500 };
    throw error;
  }

  const time = formatTime(now());
  const groups = new Map(
    replicaSet.spec.placementRefs.map((ref) => [
      ref.name,
      caches.placements.get(namespace, ref.name)?.status?.decisionGroups?.length ?? 0,
    ]),
  );
  const status =
    plan.missing === undefined
      ? computeReplicaSetStatus({ ...input, groups, now: time })
      : computeMissingPlacementStatus(replicaSet, time);
  await writeStatus(client, manifestWorkReplicaSets, replicaSet, status);
}

function readDecisions({ caches }: HubLoop, { metadata, spec }: ManifestWorkReplicaSet): DecidedPlacement[] {
  const { namespace = '' } = metadata;
  return spec.placementRefs.map(({ name }) => {
    if (caches.placements.get(namespace, name) === undefined) return { name, clusters: undefined };
    const decisions = caches.decisions.byIndex('placement', `${namespace}/${name}`);
    const clusters = decisions.flatMap(({ status }) => status?.decisions ?? []).map((each) => each.clusterName);
    return { name, clusters: [...new Set(clusters)].toSorted() };
  });
}

async function executePlan({ client }: HubLoop, plan: ReplicaSetPlan): Promise<void> {
  await Promise.all(plan.remove.filter(isNotTerminating).map((work) => client.delete(manifestWorks, work.metadata)));
  await Promise.all([
    ...plan.create.map((work) => client.create(manifestWorks, work)),
    ...plan.replace.map((work) => client.replace(manifestWorks, work)),
  ]);
}

/** With the policy Foreground the finalizer stays until the ManifestWorks are deleted, with Background it is removed at once. */
async function finalize(
  { client }: HubLoop,
  replicaSet: ManifestWorkReplicaSet,
  works: readonly ManifestWork[],
): Promise<void> {
  await Promise.all(works.filter(isNotTerminating).map((work) => client.delete(manifestWorks, work.metadata)));
  if (replicaSet.spec.cascadeDeletionPolicy === 'Foreground' && works.length > 0) return;
  await removeFinalizer(client, manifestWorkReplicaSets, replicaSet, replicaSetFinalizer);
}

function isNotTerminating({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp === undefined;
}
