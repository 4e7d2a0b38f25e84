import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import { type SpokeState, owns } from './spoke-state.ts';

/** Another deployment that is, or is about to be, in the same spoke namespace. */
export interface Peer {
  namespace: string;
  name: string;
  /** Whether the requester may see it; one that he may not is counted and never named. */
  visible: boolean;
  state: SpokeState;
  /** What it has now, where the same request changes it too. */
  observed?: SpokeState;
  /** Clusters where its newest work is applied: there it keeps what it owns. Absent where that is all of its clusters. */
  appliedOn?: readonly string[];
}

/** How the Placements of a render differ from those of the render before it. */
export type PlacementChange =
  | { kind: 'same' }
  /** The same, with room for more clusters. */
  | { kind: 'grows' }
  /** The same, for fewer clusters. */
  | { kind: 'shrinks'; to: number }
  /** OCM selects anew. */
  | { kind: 'changes' };

/** What a request, or a write of the controller, does to one deployment on the spokes. */
export interface DeploymentChange {
  deployment: { namespace: string; name: string; visible: boolean };
  /** What it has now; absent for a deployment that is new. */
  observed?: SpokeState;
  /** What it was asked for before, where that may not be applied yet: whatever that does is none of this request's doing. */
  previouslyDesired?: EffectiveLifecycle;
  /** Clusters where the agents may not have heard yet that the namespace is to be kept, sorted. */
  orphanUnconfirmedOn: readonly string[];
  /** Whether it waited for its Environment to be made, and has nothing on the spokes: it waits on, whatever conflicts. */
  isInitialWait?: boolean;
  /** What it is about to have; absent where it is deleted. */
  desired?: SpokeState;
  placement: PlacementChange;
  /** Clusters that are selected from now on, where that is known; empty where none is. */
  selected?: readonly string[];
  /** Whether its works are replaced by others of another name, which then go. */
  replacesReplicaSets: boolean;
  /** Whether it waits to be moved to other names, which was asked for before: that is none of this request's doing. */
  isMovePending?: boolean;
  /** Who is in the same namespaces, maybe itself among them: one list may serve thousands. Read it by `neighboursOf`. */
  peers: readonly Peer[];
}

/** The neighbours of a deployment, without itself. */
export function peersOf({ deployment, peers }: Pick<DeploymentChange, 'deployment' | 'peers'>): Peer[] {
  return peers.filter(({ namespace, name }) => name !== deployment.name || namespace !== deployment.namespace);
}

/**
 * Clusters where a namespace would go although it is to be kept, since their agents have not heard of that yet: those that
 * wait for the newest work, unless a neighbour owns it there.
 */
export function unconfirmedOrphanLoss(deploymentChange: DeploymentChange): readonly string[] {
  const { observed, orphanUnconfirmedOn } = deploymentChange;
  if (observed?.lifecycle?.spokeNamespace.create !== true || owns(observed)) return [];
  const owner = { ...observed, lifecycle: { ...observed.lifecycle, spokeNamespace: { create: true, orphan: false } } };
  const loss = namespaceLoss(owner, orphanUnconfirmedOn, peersOf(deploymentChange));
  return loss.where === 'clusters' ? loss.clusters : [];
}

/** Where a namespace goes. `unknown`: wherever it is, but for places where others own it (`kept`: there may be some). */
export type Loss =
  { where: 'nowhere' } | { where: 'unknown'; kept: boolean } | { where: 'clusters'; clusters: readonly string[] };

/**
 * Where a namespace goes when a deployment gives it up on `clusters`: wherever no neighbour owns it besides and is applied. OCM's agent
 * deletes what the last owner leaves (two owners were tried; one that orphans holds no ownership).
 */
export function namespaceLoss(
  leaving: SpokeState,
  clusters: readonly string[] | undefined,
  peers: readonly Peer[],
): Loss {
  if (!owns(leaving) || clusters?.length === 0) return { where: 'nowhere' };
  const keepers = peers.filter(({ state }) => state.namespace === leaving.namespace && owns(state));
  if (clusters === undefined) return { where: 'unknown', kept: keepers.length > 0 };
  const kept = new Set(keepers.flatMap(({ state, appliedOn }) => appliedOn ?? state.clusters ?? []));
  const lost = clusters.filter((cluster) => !kept.has(cluster));
  return lost.length === 0 ? { where: 'nowhere' } : { where: 'clusters', clusters: lost };
}
