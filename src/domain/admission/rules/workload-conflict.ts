import { peersOf, type Peer } from '../../spoke/change.ts';
import { type SpokeState, mayShareCluster, sharedClusters } from '../../spoke/spoke-state.ts';
import { deploymentChangeRule } from '../deployment-change-rule.ts';
import { isMoreSevere } from '../rule.ts';
import { onClusters, otherObject } from '../wording.ts';

/** Two deployments create the same Workload. Each overwrites the other, and the deletion of one deletes the Workload of both. */
export const workloadConflict = deploymentChangeRule({
  code: 'WorkloadConflict',
  summary: 'Two deployments create the same Workload in the same spoke namespace.',
  remedy: 'Use another name or namespace for one of the two.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  severity: 'deny',
  findIn(change) {
    const { observed, desired } = change;
    if (desired === undefined) return [];
    return peersOf(change).flatMap((peer) => {
      const conflict = conflictOf(desired, peer.state);
      const before = observed === undefined ? undefined : conflictOf(observed, peer.observed ?? peer.state);
      if (!isMoreSevere(conflict, before)) return [];
      const message = describe(desired, peer, conflict);
      const hiddenMessage = 'another WorkloadDeployment creates the same Workload';
      return [{ path: 'spec.workload.name', message, hiddenMessage, severity: conflict, about: [peer.namespace] }];
    });
  },
});

function conflictOf(one: SpokeState, other: SpokeState): 'deny' | 'warn' | undefined {
  if (one.namespace !== other.namespace || one.workloadName !== other.workloadName || one.workloadName === '')
    return undefined;
  return mayShareCluster(one, other) ? 'deny' : 'warn';
}

function describe(desired: SpokeState, { state, ...peer }: Peer, conflict: 'deny' | 'warn'): string {
  const where = conflict === 'deny' ? onClusters(sharedClusters(desired, state)) : ', at present on different clusters';
  return `${otherObject('WorkloadDeployment', peer)} creates Workload ${desired.namespace}/${desired.workloadName} too${where}; use another name or namespace`;
}
