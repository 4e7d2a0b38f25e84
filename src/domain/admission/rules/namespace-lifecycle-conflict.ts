import type { RequestFacts } from '../facts.ts';
import {
  namespaceLoss,
  peersOf,
  unconfirmedOrphanLoss,
  type Loss,
  type Peer,
  type DeploymentChange,
} from '../../spoke/change.ts';
import { lifecycleFieldPath } from '../lifecycle-field-path.ts';
import { limitFindings, isMoreSevere, type Finding, type Rule } from '../rule.ts';
import { howToKeep, joinNames, onClusters, otherObject, messageFor } from '../wording.ts';
import { type SpokeState, isPresent, owns, mayShareCluster, sharedClusters } from '../../spoke/spoke-state.ts';

/**
 * Two deployments share a spoke namespace, and only one of them owns it (H2, H3): when the owner goes, the namespace goes
 * with the Workload of the other in it.
 */
export const namespaceLifecycleConflict: Rule = {
  code: 'NamespaceLifecycleConflict',
  summary:
    'Two deployments share a spoke namespace that only one of them owns: it goes with its owner, and the other with it.',
  remedy:
    'Give both deployments the same lifecycle, or another namespace; before the owner goes, delete or move the other one.',
  kinds: ['Environment', 'WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  secondLine: true,
  find({ request, changes = [] }) {
    const path = lifecycleFieldPath(request);
    return limitFindings(
      changes.flatMap((deploymentChange) => {
        const hidden = 'its namespace on the spokes would be shared with one that treats it otherwise';
        return problemsOf(deploymentChange, request).map(({ message, severity }) => ({
          path,
          message: messageFor(request, deploymentChange.deployment, { message, hidden }),
          ...(severity === undefined ? {} : { severity }),
        }));
      }),
    );
  },
};

type Problem = Omit<Finding, 'path'>;

function problemsOf(deploymentChange: DeploymentChange, request: RequestFacts): Problem[] {
  const { observed, previouslyDesired, desired, isInitialWait = false } = deploymentChange;
  const peers = peersOf(deploymentChange);
  if (desired === undefined) return observed === undefined ? [] : orphaned(observed, deploymentChange, request);
  const previous =
    observed === undefined || previouslyDesired === undefined
      ? observed
      : { ...observed, lifecycle: previouslyDesired };
  return peers.flatMap((peer) => {
    const conflict = conflictOf(desired, peer.state);
    const was = previous === undefined ? undefined : conflictOf(previous, peer.observed ?? peer.state);
    if (!isMoreSevere(conflict, was)) return [];
    return [{ message: messageOf(desired, peer), severity: isInitialWait ? 'warn' : conflict }];
  });
}

/** How grave it is that only one of two owns their namespace; `undefined` where they do not share one, or both or none do. */
function conflictOf(one: SpokeState, other: SpokeState): 'deny' | 'warn' | undefined {
  if (one.namespace !== other.namespace || one.lifecycle === undefined || other.lifecycle === undefined)
    return undefined;
  if (owns(one) === owns(other) || !isPresent(one)) return undefined;
  return mayShareCluster(one, other) ? 'deny' : 'warn';
}

function messageOf(desired: SpokeState, { state, ...peer }: Peer): string {
  const other = otherObject('WorkloadDeployment', peer);
  const [owner, guest] = owns(desired) ? [desired, state] : [state, desired];
  const doing = guest.lifecycle?.spokeNamespace.create === true ? 'keeps it (orphan: true)' : 'does not create it';
  const where = mayShareCluster(desired, state)
    ? onClusters(sharedClusters(desired, state))
    : ' (on other clusters, as it is now)';
  const both =
    owner === desired ? `this deployment would own it and ${other} ${doing}` : `${other} owns it and this one ${doing}`;
  return `Namespace ${desired.namespace} is shared${where}: ${both}, so the namespace would go with its owner; give both the same lifecycle, or another namespace`;
}

/** Neighbours whose namespace goes with the deployment that is deleted. */
function orphaned(observed: SpokeState, deploymentChange: DeploymentChange, request: RequestFacts): Problem[] {
  const peers = peersOf(deploymentChange);
  // What is to be kept goes all the same where the agents have not heard of that yet.
  const waiting = unconfirmedOrphanLoss(deploymentChange);
  const loss: Loss =
    waiting.length > 0 ? { where: 'clusters', clusters: waiting } : namespaceLoss(observed, observed.clusters, peers);
  if (loss.where === 'nowhere') return [];
  const remedy =
    waiting.length > 0
      ? 'wait until it is applied there that the namespace is kept'
      : `${howToKeep(request)} and wait until that is applied`;
  return peers.flatMap(({ state, ...peer }) => {
    if (state.namespace !== observed.namespace || state.lifecycle === undefined || owns(state)) return [];
    if (state.clusters?.length === 0) return [];
    const shared =
      loss.where === 'unknown'
        ? sharedClusters(observed, state)
        : sharedClusters({ ...observed, clusters: loss.clusters }, state);
    if (loss.where === 'clusters' && shared.length === 0) return [];
    const other = otherObject('WorkloadDeployment', peer);
    const where = shared.length === 0 ? '' : ` on ${joinNames(shared)}`;
    return [
      {
        message: `Namespace ${observed.namespace}${where} would go with this deployment, and ${other} is in it; delete or move that one first, or ${remedy}`,
      },
    ];
  });
}
