import { peersOf } from '../../spoke/change.ts';
import { limitFindings, isMoreSevere, type Rule } from '../rule.ts';
import { onClusters, otherObject } from '../wording.ts';
import { type SpokeState, mayShareCluster, sharedClusters } from '../../spoke/spoke-state.ts';

/** Two deployments make the same Workload: each would write over the other, and the one that goes takes it along. */
export const workloadConflict: Rule = {
  code: 'WorkloadConflict',
  summary: 'Two deployments make the same Workload in the same spoke namespace.',
  remedy: 'Use another name or namespace for one of the two.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  secondLine: true,
  find({ changes = [] }) {
    return limitFindings(
      changes.flatMap((deploymentChange) =>
        peersOf(deploymentChange).flatMap(({ state, observed: previous = state, ...peer }) => {
          const { observed, desired } = deploymentChange;
          if (desired === undefined) return [];
          const conflict = conflictOf(desired, state);
          const was = observed === undefined ? undefined : conflictOf(observed, previous);
          if (!isMoreSevere(conflict, was)) return [];
          const where =
            conflict === 'deny' ? onClusters(sharedClusters(desired, state)) : ', on other clusters as it is now';
          const message = `${otherObject('WorkloadDeployment', peer)} makes Workload ${desired.namespace}/${desired.workloadName} too${where}; use another name or namespace`;
          return [{ path: 'spec.workload.name', message, severity: conflict }];
        }),
      ),
    );
  },
};

function conflictOf(one: SpokeState, other: SpokeState): 'deny' | 'warn' | undefined {
  if (one.namespace !== other.namespace || one.workloadName !== other.workloadName || one.workloadName === '')
    return undefined;
  return mayShareCluster(one, other) ? 'deny' : 'warn';
}
