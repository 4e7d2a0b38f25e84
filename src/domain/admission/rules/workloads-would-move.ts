import {
  namespaceLoss,
  peersOf,
  protectingPeers,
  unconfirmedOrphanLoss,
  visibleLoss,
  type DeploymentChange,
  type Peer,
} from '../../spoke/change.ts';
import { hasReservation, isForeign } from '../../spoke/meeting.ts';
import { mayShareCluster, owns, type SpokeState } from '../../spoke/spoke-state.ts';
import { deploymentChangeRule } from '../deployment-change-rule.ts';
import type { Facts } from '../facts.ts';
import { topologyFieldPath } from '../lifecycle-field-path.ts';
import type { Finding } from '../rule.ts';
import { howToKeep, joinNames, otherObject, unlessHiddenOwner, waitForOrphanConfirmation } from '../wording.ts';

/** A change removes Workloads from clusters (H5, and H8 if the new objects are created before the old ones are deleted). */
export const workloadsWouldMove = deploymentChangeRule({
  code: 'WorkloadsWouldMove',
  summary:
    'A changed namespace, name, Environment, placement or topology removes Workloads from clusters: a warning, denied if a namespace is deleted with them.',
  remedy:
    'If the namespace is to stay, set `spokeNamespace.orphan: true` first and wait until that is applied; or acknowledge.',
  kinds: ['Environment', 'WorkloadDeployment', 'PolicyDefinition'],
  operations: ['CREATE', 'UPDATE'],
  severity: 'warn',
  findIn(change, facts) {
    const { observed, desired } = change;
    if (observed === undefined || desired === undefined || observed.clusters?.length === 0) return [];
    const findings = [
      renameFinding(observed, desired, change, facts),
      // A change of the namespace removes the Workload from every cluster, whatever is selected from now on.
      observed.namespace === desired.namespace ? placementFinding(observed, change, facts) : undefined,
    ];
    return findings
      .filter((finding) => finding !== undefined)
      .map((finding) => {
        const deleted = finding.severity === 'deny' ? ', and its namespace would be deleted with everything in it' : '';
        return { ...finding, hiddenMessage: `its Workload would be removed from clusters${deleted}` };
      });
  },
});

function renameFinding(
  observed: SpokeState,
  desired: SpokeState,
  change: DeploymentChange,
  facts: Facts,
): Finding | undefined {
  if (change.isMovePending === true) return undefined;
  if (observed.namespace === desired.namespace && observed.workloadName === desired.workloadName) return undefined;
  const { clusters } = observed;
  const removed = `${workloadOf(observed)} is removed from ${clusters === undefined ? 'its clusters' : joinNames(clusters)}`;
  if (observed.namespace === desired.namespace) {
    const message = `${removed}, and Workload ${desired.namespace}/${desired.workloadName} is created in its place`;
    return { path: 'spec.workload.name', message };
  }
  const path = 'spec.workload.namespace';
  const deleted = describeDeletion(observed, clusters, change, facts);
  if (deleted !== undefined) return { path, severity: 'deny', message: `${removed}, ${deleted}` };
  return { path, message: `${removed}, and created again in Namespace ${desired.namespace}` };
}

function placementFinding(observed: SpokeState, change: DeploymentChange, facts: Facts): Finding | undefined {
  const { placement, selected } = change;
  if (placement.kind === 'same' || placement.kind === 'grows') return undefined;
  // The clusters of a deployment change with its ref, those of an Environment with its topology.
  const path = topologyFieldPath(facts.request, 'spec.environmentRef.name');
  const workload = workloadOf(observed);
  const { clusters } = observed;
  if (selected === undefined || clusters === undefined) {
    const removal = describeUnknownRemoval(clusters, placement);
    if (removal === undefined) return undefined;
    const message = `${workload} ${removal}${describePossibleDeletion(observed, change, facts)}`;
    const guest = lostWith(observed, change, facts);
    if (guest === undefined) return { path, message };
    const lost = `${otherObject('WorkloadDeployment', guest)} uses that namespace`;
    // For a keeper, the message already says to wait.
    const keep = owns(observed) ? `; first ${howToKeep(facts)} and wait until that is applied` : '';
    return { path, severity: 'deny', message: `${message}, and ${lost}${keep}`, about: [guest.namespace] };
  }
  const remaining = new Set(selected);
  const removedFrom = clusters.filter((cluster) => !remaining.has(cluster));
  if (removedFrom.length === 0) return undefined;
  const removed = `${workload} is removed from ${joinNames(removedFrom)}`;
  const deleted = describeDeletion(observed, removedFrom, change, facts);
  if (deleted === undefined) return { path, message: removed };
  return { path, severity: 'deny', message: `${removed}, ${deleted}` };
}

/** What happens to a Workload if OCM has not selected clusters yet; `undefined` if it stays on all of its clusters. */
function describeUnknownRemoval(
  clusters: readonly string[] | undefined,
  placement: Extract<DeploymentChange['placement'], { kind: 'changes' | 'shrinks' }>,
): string | undefined {
  if (placement.kind === 'changes') {
    return `may be removed from ${clusters === undefined ? 'clusters' : joinNames(clusters)}, because OCM selects clusters again`;
  }
  if (clusters === undefined) return 'may be removed from clusters that OCM chooses';
  const fewer = clusters.length - placement.to;
  return fewer <= 0 ? undefined : `is removed from ${fewer} of ${joinNames(clusters)}, which OCM chooses`;
}

/** The deletion of a namespace on clusters from which a Workload is removed; `undefined` if the namespace stays. */
function describeDeletion(
  observed: SpokeState,
  removedFrom: readonly string[] | undefined,
  change: DeploymentChange,
  facts: Facts,
): string | undefined {
  const deleted = `and Namespace ${observed.namespace} would be deleted with everything in it`;
  const loss = namespaceLoss(observed, removedFrom, protectingPeers(change, facts.enforcement));
  if (loss.where !== 'nowhere') {
    const named = visibleLoss(observed, removedFrom, change);
    const isPart = named.where === 'clusters' && named.clusters.length !== removedFrom?.length;
    const where = isPart ? ` on ${joinNames(named.clusters)}` : '';
    return `${deleted}${where}${unlessHiddenOwner(facts)}; first ${howToKeep(facts)} and wait until that is applied`;
  }
  // A keeper still deletes the namespace on clusters whose agent has not confirmed `orphan: true`.
  const unconfirmed = unconfirmedOrphanLoss(change, facts.enforcement).filter(
    (cluster) => removedFrom === undefined || removedFrom.includes(cluster),
  );
  return unconfirmed.length === 0 ? undefined : `${deleted} ${waitForOrphanConfirmation(unconfirmed)}`;
}

/** The possible deletion of a namespace, if it is not known which clusters the Workload is removed from. */
function describePossibleDeletion(observed: SpokeState, change: DeploymentChange, facts: Facts): string {
  const { namespace, clusters } = observed;
  const loss = namespaceLoss(observed, clusters, protectingPeers(change, facts.enforcement));
  if (loss.where === 'nowhere') {
    // A keeper still deletes the namespace on clusters whose agent has not confirmed `orphan: true`.
    const unconfirmed = unconfirmedOrphanLoss(change, facts.enforcement);
    if (unconfirmed.length === 0) return '';
    return `; Namespace ${namespace} is deleted with everything in it ${waitForOrphanConfirmation(unconfirmed)}`;
  }
  const named = visibleLoss(observed, clusters, change);
  const isPart = named.where === 'clusters' && named.clusters.length !== clusters?.length;
  const where = isPart ? `if that includes ${joinNames(named.clusters)}` : 'wherever that happens';
  return `; ${where}, Namespace ${namespace} is deleted with everything in it${unlessHiddenOwner(facts)}`;
}

/** A deployment of another hub namespace that would lose its namespace, wherever OCM removes this one; `undefined` if there is none. */
function lostWith(observed: SpokeState, change: DeploymentChange, { enforcement }: Facts): Peer | undefined {
  const peers = peersOf(change);
  const loss = namespaceLoss(observed, observed.clusters, protectingPeers(change, enforcement));
  const unconfirmed = unconfirmedOrphanLoss(change, enforcement);
  if (loss.where === 'nowhere' && unconfirmed.length === 0) return undefined;
  const lostOn = loss.where === 'clusters' ? loss.clusters : loss.where === 'nowhere' ? unconfirmed : observed.clusters;
  const lost = lostOn === undefined ? observed : { ...observed, clusters: lostOn };
  return peers.find((peer) => {
    const { state } = peer;
    if (!isForeign(change, peer) || !hasReservation(change, peer)) return false;
    if (state.namespace !== observed.namespace || state.lifecycle === undefined || owns(state)) return false;
    return state.clusters?.length !== 0 && mayShareCluster(lost, state);
  });
}

function workloadOf({ namespace, workloadName }: SpokeState): string {
  return `Workload ${namespace}/${workloadName}`;
}
