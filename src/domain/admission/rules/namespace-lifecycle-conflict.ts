import {
  namespaceLoss,
  protectingPeers,
  peersOf,
  unconfirmedOrphanLoss,
  type DeploymentChange,
  type Loss,
  type Peer,
} from '../../spoke/change.ts';
import { couldMeet, hasReservation, isReachedAnew, mayMeet, namedClusters } from '../../spoke/meeting.ts';
import {
  isPresent,
  owns,
  ownershipOf,
  sharedClusters,
  type Ownership,
  type SpokeState,
} from '../../spoke/spoke-state.ts';
import { deploymentChangeRule, type ChangeProblem } from '../deployment-change-rule.ts';
import type { Facts } from '../facts.ts';
import { lifecycleFieldPath } from '../lifecycle-field-path.ts';
import { isMoreSevere } from '../rule.ts';
import { disjointPredicates, howToKeep, joinNames, onClusters, otherObject } from '../wording.ts';

/**
 * Two deployments share a spoke namespace, and only one of them owns it (H2, H3). If the owner is deleted, the namespace is
 * deleted, and the Workload of the other deployment with it.
 */
export const namespaceLifecycleConflict = deploymentChangeRule({
  code: 'NamespaceLifecycleConflict',
  summary:
    'Two deployments share a spoke namespace, and only one of them owns it: deleting the owner deletes the namespace and the Workload of the other deployment.',
  remedy:
    'Give both deployments the same lifecycle, or use another namespace for one of them; before you delete the owner, delete or move the other deployment.',
  kinds: ['Environment', 'WorkloadDeployment', 'PolicyDefinition'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  severity: 'deny',
  findIn(change, facts) {
    const path = lifecycleFieldPath(facts.request);
    const hiddenMessage = 'its namespace on the spokes would be shared with a deployment that has another lifecycle';
    const problems = change.desired === undefined ? deletionProblems(change, facts) : conflicts(change.desired, change);
    return problems.map((problem) => ({ path, hiddenMessage, ...problem }));
  },
});

type Problem = Pick<ChangeProblem, 'message' | 'severity' | 'about'>;

/** The conflicts with peers in the desired namespace that are new or more severe than before. */
function conflicts(desired: SpokeState, change: DeploymentChange): Problem[] {
  const { observed, previouslyDesired, isInitialWait = false } = change;
  const previous =
    observed === undefined || previouslyDesired === undefined
      ? observed
      : { ...observed, lifecycle: previouslyDesired };
  return peersOf(change).flatMap((peer): Problem[] => {
    const conflict = conflictOf(desired, peer.state, mayMeet(change, desired, peer));
    const before =
      previous === undefined
        ? undefined
        : conflictOf(previous, peer.observed ?? peer.state, couldMeet(change, previous, peer));
    if (!isMoreSevere(conflict, before)) return [];
    const message = describeConflict(change, desired, peer);
    return [{ message, severity: isInitialWait ? 'warn' : conflict, about: [peer.namespace] }];
  });
}

/** Which combinations of ownership conflict in one namespace: an owner with a keeper or a guest. */
const conflicting: Record<Ownership, Record<Ownership, boolean>> = {
  owner: { owner: false, keeper: true, guest: true },
  keeper: { owner: true, keeper: false, guest: false },
  guest: { owner: true, keeper: false, guest: false },
};

/** The severity of the conflict of two states; `undefined` if there is no conflict, or the lifecycle of one is not known. */
function conflictOf(one: SpokeState, other: SpokeState, meet: boolean): 'deny' | 'warn' | undefined {
  const [ownership, otherOwnership] = [ownershipOf(one), ownershipOf(other)];
  if (one.namespace !== other.namespace || ownership === undefined || otherOwnership === undefined) return undefined;
  if (!conflicting[ownership][otherOwnership] || !isPresent(one)) return undefined;
  return meet ? 'deny' : 'warn';
}

/** For messages: how a deployment treats a namespace that it does not own. */
const treatments: Record<Exclude<Ownership, 'owner'>, string> = {
  keeper: 'keeps it (orphan: true)',
  guest: 'does not create it',
};

function treatmentOf(state: SpokeState): string {
  return treatments[ownershipOf(state) === 'keeper' ? 'keeper' : 'guest'];
}

function describeConflict(change: DeploymentChange, desired: SpokeState, peer: Peer): string {
  const { state } = peer;
  const other = otherObject('WorkloadDeployment', peer);
  const clusters = namedClusters(change, desired, peer);
  const mayBeSelected = clusters.length === 0 && isReachedAnew(change, peer);
  const where = !mayMeet(change, desired, peer)
    ? ' (at present on different clusters)'
    : mayBeSelected
      ? ' if OCM selects the same cluster for both'
      : onClusters(clusters);
  const both = owns(desired)
    ? `this deployment would own it and ${other} ${treatmentOf(state)}`
    : `${other} owns it and this one ${treatmentOf(desired)}`;
  return `Namespace ${desired.namespace} is shared${where}: ${both}, so the namespace would be deleted with its owner; give both the same lifecycle, or use another namespace${mayBeSelected ? `, or ${disjointPredicates}` : ''}`;
}

/** The peers in a namespace that is deleted together with the deployment. */
function deletionProblems(change: DeploymentChange, facts: Facts): Problem[] {
  const { observed } = change;
  if (observed === undefined) return [];
  const peers = peersOf(change);
  // A keeper still deletes the namespace on clusters whose agent has not confirmed `orphan: true`.
  const unconfirmed = unconfirmedOrphanLoss(change, facts.enforcement);
  const loss: Loss =
    unconfirmed.length > 0
      ? { where: 'clusters', clusters: unconfirmed }
      : namespaceLoss(observed, observed.clusters, protectingPeers(change, facts.enforcement));
  if (loss.where === 'nowhere') return [];
  const remedy =
    unconfirmed.length > 0
      ? 'wait until orphan: true is applied there'
      : `${howToKeep(facts)} and wait until that is applied`;
  const deleted = loss.where === 'clusters' ? { ...observed, clusters: loss.clusters } : observed;
  return peers.flatMap((peer) => {
    const { state } = peer;
    if (!hasReservation(change, peer)) return [];
    if (state.namespace !== observed.namespace || state.lifecycle === undefined || owns(state)) return [];
    if (state.clusters?.length === 0) return [];
    const shared = sharedClusters(deleted, state);
    if (loss.where === 'clusters' && shared.length === 0) return [];
    const other = otherObject('WorkloadDeployment', peer);
    const where = shared.length === 0 || !peer.visible ? '' : ` on ${joinNames(shared)}`;
    const message = `Namespace ${observed.namespace}${where} would be deleted with this deployment, and ${other} uses it; delete or move that one first, or ${remedy}`;
    return [{ message, about: [peer.namespace] }];
  });
}
