import { peersOf, type DeploymentChange, type Peer } from '../../spoke/change.ts';
import { couldMeet, isReachedAnew, mayMeet, namedClusters } from '../../spoke/meeting.ts';
import type { SpokeState } from '../../spoke/spoke-state.ts';
import { deploymentChangeRule } from '../deployment-change-rule.ts';
import { topologyFieldPath } from '../lifecycle-field-path.ts';
import { isMoreSevere } from '../rule.ts';
import { disjointPredicates, onClusters, otherObject } from '../wording.ts';

/** Two deployments create the same Workload. Each overwrites the other, and the deletion of one deletes the Workload of both. */
export const workloadConflict = deploymentChangeRule({
  code: 'WorkloadConflict',
  summary: 'Two deployments create the same Workload in the same spoke namespace.',
  remedy:
    'Use another name or namespace for one of the two. Between hub namespaces, a change of the placement is denied unless the predicates of the two exclude each other.',
  kinds: ['Environment', 'WorkloadDeployment', 'PolicyDefinition'],
  operations: ['CREATE', 'UPDATE'],
  severity: 'deny',
  findIn(change, { request }) {
    const { observed, desired, isInitialWait = false } = change;
    // A deployment that waited for its Environment has nothing on the spokes, and the controller does not apply it while it conflicts.
    const waits = isInitialWait || (request.kind === 'Environment' && observed === undefined);
    if (desired === undefined) return [];
    return peersOf(change).flatMap((peer) => {
      const conflict = conflictOf(desired, peer.state, mayMeet(change, desired, peer));
      const before =
        observed === undefined
          ? undefined
          : conflictOf(observed, peer.observed ?? peer.state, couldMeet(change, observed, peer));
      if (!isMoreSevere(conflict, before)) return [];
      const message = describe(change, desired, peer, conflict);
      const hiddenMessage = 'another WorkloadDeployment creates the same Workload';
      const path = topologyFieldPath(request, 'spec.workload.name');
      return [{ path, message, hiddenMessage, severity: waits ? 'warn' : conflict, about: [peer.namespace] }];
    });
  },
});

function conflictOf(one: SpokeState, other: SpokeState, meet: boolean): 'deny' | 'warn' | undefined {
  if (one.namespace !== other.namespace || one.workloadName !== other.workloadName || one.workloadName === '')
    return undefined;
  return meet ? 'deny' : 'warn';
}

function describe(change: DeploymentChange, desired: SpokeState, peer: Peer, conflict: 'deny' | 'warn'): string {
  const clusters = namedClusters(change, desired, peer);
  const mayBeSelected = clusters.length === 0 && isReachedAnew(change, peer);
  const where =
    conflict === 'warn'
      ? ', at present on different clusters'
      : mayBeSelected
        ? ', and OCM may select the same cluster for both'
        : onClusters(clusters);
  const remedy = mayBeSelected
    ? `use another name or namespace, or ${disjointPredicates}`
    : 'use another name or namespace';
  return `${otherObject('WorkloadDeployment', peer)} creates Workload ${desired.namespace}/${desired.workloadName} too${where}; ${remedy}`;
}
