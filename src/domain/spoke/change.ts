import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import type { Selections } from './disjoint-selections.ts';
import type { HubAsSpoke } from './local-clusters.ts';
import type { NamespaceMetadata } from './namespace-metadata.ts';
import { type SpokeState, owns } from './spoke-state.ts';

/** Another deployment that is, or is about to be, in the same spoke namespace. */
export interface Peer {
  namespace: string;
  name: string;
  /** Whether the requester may see it. Messages count one that is not visible and do not name it. */
  visible: boolean;
  /** The state that it has, or that the same request changes it to. */
  state: SpokeState;
  /** The state that it has now, if the same request changes it too. */
  observed?: SpokeState;
  /** Clusters where its newest ManifestWork is applied. It protects a namespace that it owns only there. Absent: all of its clusters. */
  appliedOn?: readonly string[];
  /** The Placements that decide where it may be. Only those of peers in other hub namespaces are needed. */
  selections?: Selections;
  /** Whether no ManifestWork has existed for it for so long that it reserves nothing against other hub namespaces. */
  isUnplaced?: boolean;
  /** What it adds to the Namespace; absent if it adds nothing. */
  namespaceMetadata?: NamespaceMetadata;
}

/** How the Placements of a render differ from those of the render before it. */
export type PlacementChange =
  | { kind: 'same' }
  /** The same, for more clusters. */
  | { kind: 'grows' }
  /** The same, for fewer clusters. */
  | { kind: 'shrinks'; to: number }
  /** OCM selects clusters again. */
  | { kind: 'changes' };

/**
 * What a request, or a write of the controller, does to one deployment on the spokes.
 *
 *     observed             what is on the spokes now, from the status or the ManifestWorkReplicaSets
 *     previouslyDesired    the lifecycle that the spec asked for before this request
 *     desired              what the spec asks for with this request
 *
 * Usually `observed` has the lifecycle of `previouslyDesired`. They differ while an earlier change is not applied, because
 * it is still being applied or because a rule blocks it. A rule blames a request for the step from `previouslyDesired` to
 * `desired`; what is lost on the spokes follows from the step from `observed` to `desired`.
 *
 * 1. Edit: the Environment sets `create: false` although `orphan: true` has not reached the clusters.
 *
 *        observed             shop/web, owner  on a, b     the agents delete the namespace with the owner
 *        previouslyDesired              keeper             requested earlier, not applied
 *        desired              shop/web, guest  on a, b     denied: Namespace shop would be deleted on a, b
 *
 * 2. Move: the deployment asks for another namespace, or for an Environment that selects other clusters.
 *
 *        observed             shop/web,  owner on a, b
 *        previouslyDesired               owner
 *        desired              store/web, owner on a, b     Workload shop/web is removed, and Namespace shop deleted
 *
 * 3. Delete: there is no `desired`.
 *
 *        observed             shop/web, owner  on a, b     Namespace shop is deleted where no peer owns it
 *        previouslyDesired    -
 *        desired              -
 *
 * A new deployment has no `observed` and no `previouslyDesired`.
 */
export interface DeploymentChange {
  deployment: { namespace: string; name: string; visible: boolean };
  /** The state that it has now; absent for a new deployment. */
  observed?: SpokeState;
  /** What was already requested earlier and may not be applied yet: a rule must not blame this request for it. */
  previouslyDesired?: EffectiveLifecycle;
  /** The state that it will have; absent if it is deleted. */
  desired?: SpokeState;
  /** Clusters whose work agent has not confirmed `orphan: true`, sorted: deleting the ManifestWork there deletes the namespace. */
  orphanUnconfirmedOn: readonly string[];
  placement: PlacementChange;
  /** Clusters that OCM may select and whose ManifestWork of the deployment is still being deleted, sorted. */
  leaving?: readonly string[];
  /** Whether OCM may select clusters that neither the status of the deployment nor that of its Environment shows. */
  mayReachOtherClusters?: boolean;
  /** The Placements that decide where it may be from now on. */
  selections?: Selections;
  /** Clusters that are selected from now on, if that is known; empty if none is. */
  selected?: readonly string[];
  /** Whether its ManifestWorkReplicaSets are replaced by others with other names, so that the old ones are deleted. */
  replacesReplicaSets: boolean;
  /** Whether it is still applied under names that an earlier request changed: a rule must not blame this request for that. */
  isMovePending?: boolean;
  /** Whether it waits for its Environment to be created and has no objects on the spokes. A conflict then only makes it wait longer. */
  isInitialWait?: boolean;
  /** What it adds to the Namespace, and what it added before this request. */
  namespaceMetadata?: { now: NamespaceMetadata; before?: NamespaceMetadata };
  /** If the hub itself may be one of the clusters, and needs the desired namespace. */
  hubAsSpoke?: HubAsSpoke;
  /** Deployments in the same namespaces. Changes share the list, so it may include this deployment: read it with `peersOf`. */
  peers: readonly Peer[];
}

/** The peers of a deployment, without itself. */
export function peersOf({ deployment, peers }: Pick<DeploymentChange, 'deployment' | 'peers'>): Peer[] {
  return peers.filter(({ namespace, name }) => name !== deployment.name || namespace !== deployment.namespace);
}

/** Where a change is judged: in the answer to a request, or before the controller writes. */
export type EnforcementPoint = 'admission' | 'apply';

/**
 * The peers that may keep a namespace. The answer to a request about a deployment that the requester may see does not rely on peers
 * that it may not see: whether it is denied, and every word of it, must not tell about them.
 */
export function protectingPeers(
  change: Pick<DeploymentChange, 'deployment' | 'peers'>,
  enforcement: EnforcementPoint,
): Peer[] {
  const peers = peersOf(change);
  return enforcement === 'apply' || !change.deployment.visible ? peers : peers.filter(({ visible }) => visible);
}

/** Whether a deployment is applied under names that it no longer asks for. */
export function isMovePending(observed: SpokeState | undefined, desired: SpokeState | undefined): boolean {
  if (observed === undefined || desired === undefined) return false;
  return observed.namespace !== desired.namespace || observed.workloadName !== desired.workloadName;
}

/** Whether a change may remove ManifestWorks from clusters, so that the peers there matter. */
export function mayRemoveManifestWorks({
  placement,
  replacesReplicaSets,
}: Pick<DeploymentChange, 'placement' | 'replacesReplicaSets'>): boolean {
  return replacesReplicaSets || placement.kind === 'changes' || placement.kind === 'shrinks';
}

/** Whether OCM may select clusters after a change that it did not select before. */
export function mayAddClusters({ placement }: Pick<DeploymentChange, 'placement'>): boolean {
  return placement.kind === 'changes' || placement.kind === 'grows';
}

/**
 * Clusters whose agent has not yet confirmed `orphan: true` and where no peer owns the namespace: deleting the ManifestWork
 * there still deletes it.
 */
export function unconfirmedOrphanLoss(
  change: Pick<DeploymentChange, 'deployment' | 'observed' | 'orphanUnconfirmedOn' | 'peers'>,
  enforcement: EnforcementPoint,
): readonly string[] {
  const { observed, orphanUnconfirmedOn } = change;
  if (observed?.lifecycle?.spokeNamespace.create !== true || owns(observed)) return [];
  const owner = { ...observed, lifecycle: { ...observed.lifecycle, spokeNamespace: { create: true, orphan: false } } };
  const loss = namespaceLoss(owner, orphanUnconfirmedOn, protectingPeers(change, enforcement));
  return loss.where === 'clusters' ? loss.clusters : [];
}

/** Where a namespace is deleted as far as visible peers tell: the clusters that a message may name. */
export function visibleLoss(
  removed: SpokeState,
  clusters: readonly string[] | undefined,
  change: Pick<DeploymentChange, 'deployment' | 'peers'>,
): Loss {
  return namespaceLoss(
    removed,
    clusters,
    peersOf(change).filter(({ visible }) => visible),
  );
}

/** Where a namespace is deleted. `unknown`: on all of its clusters, which are not known, except where a peer owns it. `kept`: such a peer exists. */
export type Loss =
  { where: 'nowhere' } | { where: 'unknown'; kept: boolean } | { where: 'clusters'; clusters: readonly string[] };

/**
 * Where a namespace is deleted if the ManifestWorks of a deployment are removed from `clusters`: on those where no peer owns
 * it and is applied. OCM's work agent deletes a namespace with its last owner (tested with two owners). A ManifestWork that
 * orphans it is not an owner.
 */
export function namespaceLoss(
  removed: SpokeState,
  clusters: readonly string[] | undefined,
  peers: readonly Peer[],
): Loss {
  if (!owns(removed) || clusters?.length === 0) return { where: 'nowhere' };
  const owners = peers.filter(({ state }) => state.namespace === removed.namespace && owns(state));
  if (clusters === undefined) return { where: 'unknown', kept: owners.length > 0 };
  const protectedOn = new Set(owners.flatMap(({ state, appliedOn }) => appliedOn ?? state.clusters ?? []));
  const lost = clusters.filter((cluster) => !protectedOn.has(cluster));
  return lost.length === 0 ? { where: 'nowhere' } : { where: 'clusters', clusters: lost };
}
