import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';

/** The objects that one deployment has, or will have, on the spokes. */
export interface SpokeState {
  /** The namespace of the Workload on the spokes. */
  namespace: string;
  /** The name of the Workload; empty if the ManifestWorks contain the Namespace and no Workload in it. */
  workloadName: string;
  /** Absent if it is not known. */
  lifecycle?: EffectiveLifecycle;
  /** Clusters that have the Workload or are selected for it, sorted; empty if there are none, absent if they are not known. */
  clusters?: readonly string[];
}

/**
 * The relation of a deployment to its spoke namespace. An owner creates it, and the work agent deletes it with the last
 * owner. A keeper creates it, and it is orphaned when the keeper is deleted (`orphan: true`). A guest does not create it.
 */
export type Ownership = 'owner' | 'keeper' | 'guest';

/** The ownership of a state; `undefined` if its lifecycle is not known. */
export function ownershipOf({ lifecycle }: SpokeState): Ownership | undefined {
  if (lifecycle === undefined) return undefined;
  const { create, orphan } = lifecycle.spokeNamespace;
  if (!create) return 'guest';
  return orphan ? 'keeper' : 'owner';
}

/** Whether a deployment with this state owns its namespace. */
export function owns(state: SpokeState): boolean {
  return ownershipOf(state) === 'owner';
}

/** Whether a deployment with this state has a Workload in its namespace, or creates the namespace. */
export function isPresent({ workloadName, lifecycle }: SpokeState): boolean {
  return workloadName !== '' || lifecycle?.spokeNamespace.create === true;
}

/** Whether two states may be on the same cluster. They may if the clusters of one are not known or not selected yet. */
export function mayShareCluster(left: SpokeState, right: SpokeState): boolean {
  if (!hasClusters(left) || !hasClusters(right)) return true;
  const others = new Set(right.clusters);
  return left.clusters.some((cluster) => others.has(cluster));
}

/** The clusters of both states. If the clusters of only one are known, all of them. */
export function sharedClusters(left: SpokeState, right: SpokeState): readonly string[] {
  if (!hasClusters(left)) return right.clusters ?? [];
  if (!hasClusters(right)) return left.clusters;
  const others = new Set(right.clusters);
  return left.clusters.filter((cluster) => others.has(cluster));
}

function hasClusters(state: SpokeState): state is SpokeState & { clusters: readonly string[] } {
  return state.clusters !== undefined && state.clusters.length > 0;
}
