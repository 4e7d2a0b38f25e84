import type { DeploymentChange, Peer } from './change.ts';
import { areDisjoint } from './disjoint-selections.ts';
import { mayShareCluster, sharedClusters, type SpokeState } from './spoke-state.ts';

type Change = Pick<DeploymentChange, 'deployment' | 'mayReachOtherClusters' | 'selections'>;

/** Whether a peer belongs to another hub namespace, so that another tenant may own it. */
export function isForeign({ deployment }: Pick<DeploymentChange, 'deployment'>, { namespace }: Peer): boolean {
  return namespace !== deployment.namespace;
}

/** Whether a peer reserves names and namespaces against the deployment of a change. One that is on no cluster for long does so in its own hub namespace only. */
export function hasReservation(change: Pick<DeploymentChange, 'deployment'>, peer: Peer): boolean {
  return peer.isUnplaced !== true || !isForeign(change, peer);
}

/**
 * Whether a deployment and a peer may be on the same cluster after a change. If OCM may select other clusters for it than
 * before, only disjoint selections exclude that for a peer of another hub namespace: nobody is asked again when OCM selects.
 */
export function mayMeet(change: Change, desired: SpokeState, peer: Peer): boolean {
  if (!hasReservation(change, peer)) return false;
  if (!isReachedAnew(change, peer)) return mayShareCluster(desired, peer.state);
  return !areDisjoint(change.selections, peer.selections);
}

/** Whether a deployment and a peer were on the same cluster before a change, as `mayMeet` compares it. */
export function couldMeet(change: Change, observed: SpokeState, peer: Peer): boolean {
  if (!hasReservation(change, peer)) return false;
  const state = peer.observed ?? peer.state;
  if (!isReachedAnew(change, peer)) return mayShareCluster(observed, state);
  return knownCommonClusters(observed, state).length > 0;
}

/** Clusters that messages may name as common ones. A requester who may not see the peer must not learn where it is. */
export function namedClusters(change: Change, desired: SpokeState, peer: Peer): readonly string[] {
  if (!peer.visible) return [];
  return isReachedAnew(change, peer) ? knownCommonClusters(desired, peer.state) : sharedClusters(desired, peer.state);
}

/** Whether the present clusters do not tell where the deployment and the peer may meet. */
export function isReachedAnew(change: Change, peer: Peer): boolean {
  return change.mayReachOtherClusters === true && isForeign(change, peer);
}

/** Clusters that both are known to be on. */
export function knownCommonClusters(left: SpokeState, right: SpokeState): readonly string[] {
  const others = new Set(right.clusters);
  return (left.clusters ?? []).filter((cluster) => others.has(cluster));
}
