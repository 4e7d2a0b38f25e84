import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';

/** What one deployment has, or is about to have, on the spokes. */
export interface SpokeState {
  /** The namespace of the Workload on the spokes. */
  namespace: string;
  /** The name of the Workload; empty where the works hold the namespace and no Workload in it. */
  workloadName: string;
  /** Absent where it could not be found out. */
  lifecycle?: EffectiveLifecycle;
  /** Clusters that hold it or are selected for it, sorted; empty where it is nowhere, absent where that is unknown. */
  clusters?: readonly string[];
}

/** Whether it has anything in its namespace, as far as that is known. */
export function isPresent({ workloadName, lifecycle }: SpokeState): boolean {
  return workloadName !== '' || lifecycle?.spokeNamespace.create === true;
}

/** Whether it owns its namespace: then the namespace goes from a cluster when the last owner there goes. */
export function owns({ lifecycle }: SpokeState): boolean {
  return lifecycle?.spokeNamespace.create === true && !lifecycle.spokeNamespace.orphan;
}

/** Whether two footprints may meet on a cluster: they do where one of them is unknown or nowhere yet. */
export function mayShareCluster(left: SpokeState, right: SpokeState): boolean {
  if (!isKnown(left) || !isKnown(right)) return true;
  const others = new Set(right.clusters);
  return left.clusters.some((cluster) => others.has(cluster));
}

/** Clusters that both are on; all of the one that is known where the other is not. */
export function sharedClusters(left: SpokeState, right: SpokeState): readonly string[] {
  if (!isKnown(left)) return right.clusters ?? [];
  if (!isKnown(right)) return left.clusters;
  const others = new Set(right.clusters);
  return left.clusters.filter((cluster) => others.has(cluster));
}

export function isKnown(footprint: SpokeState): footprint is SpokeState & { clusters: readonly string[] } {
  return footprint.clusters !== undefined && footprint.clusters.length > 0;
}
