import { placementSatisfied, type Placement, type PlacementDecision } from '../../api/ocm.ts';
import type { WorkloadDeploymentStatus } from '../../api/workload-deployment.ts';

/** The ManifestWorks of a deployment that existed and are missing on the hub. */
export interface MissingWorks {
  /** When the first loss was noticed, a time in UTC. */
  since: string;
  /** Sorted. */
  clusters: readonly string[];
}

/** Clusters that had a ManifestWork when the status was written, or miss one since an earlier status, and have none now; sorted. */
export function clustersWithoutWork(status: WorkloadDeploymentStatus = {}, present: readonly string[] = []): string[] {
  const existing = new Set(present);
  const had = new Set([...(status.worksMissingOn ?? []), ...(status.selectedClusters ?? [])]);
  return [...had].filter((cluster) => !existing.has(cluster)).toSorted();
}

/** The clusters that a Placement selects; `undefined` as long as OCM has not decided, or the decisions are not complete. */
export function decidedClusters(
  { status }: Placement,
  decisions: readonly PlacementDecision[],
): readonly string[] | undefined {
  if (status?.conditions?.some(({ type }) => type === placementSatisfied) !== true) return undefined;
  const clusters = decisions.flatMap((decision) => (decision.status?.decisions ?? []).map((item) => item.clusterName));
  return clusters.length === (status.numberOfSelectedClusters ?? 0) ? clusters : undefined;
}

/**
 * What is missing, for the status. A cluster that is no longer selected misses nothing: OCM has deleted its ManifestWork. The
 * time is that of the first loss, and stays until all are back. `selected` is `undefined` if the clusters are unknown; `now` is a time in UTC.
 */
export function missingWorks(
  without: readonly string[],
  previous: WorkloadDeploymentStatus | undefined,
  { selected, now }: { selected: readonly string[] | undefined; now: string },
): MissingWorks | undefined {
  const decided = selected === undefined ? undefined : new Set(selected);
  const clusters = without.filter((cluster) => decided?.has(cluster) ?? true);
  if (clusters.length === 0) return undefined;
  // In whole seconds, as all times of Kubernetes.
  const since = previous?.worksMissingSince ?? now.replace(/\.\d+Z$/, 'Z');
  return { since, clusters };
}
