import { keyOf } from '../../api/object.ts';
import { placementDecisions, placementLabel, type Placement, type PlacementDecision } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { AppliedReplicaSet } from '../../domain/spoke/from-replica-sets.ts';
import {
  clustersWithoutWork,
  decidedClusters,
  missingWorks,
  type MissingWorks,
} from '../../domain/spoke/missing-works.ts';
import type { Client } from '../../kube/client/client.ts';
import { mayNotBeServed } from '../../kube/client/errors.ts';

/**
 * The ManifestWorks of a deployment that existed and are missing on the hub, because etcd was restored or objects were deleted. The
 * work agents continue to run what was applied for a time, and then evict it. The time begins when an agent notices the loss; this
 * controller notices it at about the same time, or later if it did not run.
 */
export async function missingWorksOf(
  { status }: WorkloadDeployment,
  applied: readonly AppliedReplicaSet[],
  { client, now }: { client: Client; now: () => number },
): Promise<MissingWorks | undefined> {
  // A ManifestWork that is being deleted is not lost: its agent sees that, and removes what it has applied.
  const present = applied.flatMap(({ manifestWorks }) => manifestWorks.map(({ metadata }) => metadata.namespace ?? ''));
  const without = clustersWithoutWork(status, present);
  if (without.length === 0) return undefined;
  const selected = await selectedNow(applied, client);
  return missingWorks(without, status, { selected, now: new Date(now()).toISOString() });
}

/** The clusters that the Placements of a deployment select, read live; `undefined` if OCM has not decided on one of them. */
async function selectedNow(
  applied: readonly AppliedReplicaSet[],
  client: Client,
): Promise<readonly string[] | undefined> {
  const refs = applied.flatMap(({ replicaSet }) => replicaSet.spec.placementRefs);
  const placements = new Map(
    applied.flatMap((state) => state.placements.map((placement) => [keyOf(placement), placement])),
  );
  if (
    refs.length === 0 ||
    applied.some((state) => state.placements.length < state.replicaSet.spec.placementRefs.length)
  ) {
    return undefined;
  }
  const decided = await Promise.all([...placements.values()].map((placement) => readDecision(placement, client)));
  return decided.includes(undefined) ? undefined : decided.flatMap((clusters) => clusters ?? []);
}

async function readDecision(placement: Placement, client: Client): Promise<readonly string[] | undefined> {
  const { namespace, name } = placement.metadata;
  const labelSelector = `${placementLabel}=${name}`;
  const options = { ...(namespace === undefined ? {} : { namespace }), labelSelector };
  try {
    const { items } = await client.list<PlacementDecision>(placementDecisions, options);
    return decidedClusters(placement, items);
  } catch (error) {
    // Perhaps the kind is not served, as when only a part of OCM is restored.
    if (mayNotBeServed(error)) return undefined;
    throw error;
  }
}

/**
 * When the first work agent may evict what is missing, in milliseconds since the epoch; `undefined` if nothing is missing. It
 * depends only on statuses, so that a new leader knows it too.
 */
export function evictionDeadline(deployments: readonly WorkloadDeployment[], evictAfterMs: number): number | undefined {
  const times = deployments
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ status }) => Date.parse(status?.worksMissingSince ?? ''))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.min(...times) + evictAfterMs;
}
