import { mayMeet, meetingPlaces, neighboursOf, type Footprint } from '../footprint.ts';
import { firstFew, isGraver, type Rule } from '../rule.ts';
import { onClusters, otherObject } from '../wording.ts';

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
  restsOnOthers: true,
  secondLine: true,
  find({ transitions = [] }) {
    return firstFew(
      transitions.flatMap((transition) =>
        neighboursOf(transition).flatMap(({ footprint, before: previous = footprint, ...neighbour }) => {
          const { before, after } = transition;
          if (after === undefined) return [];
          const conflict = conflictOf(after, footprint);
          const was = before === undefined ? undefined : conflictOf(before, previous);
          if (!isGraver(conflict, was)) return [];
          const where =
            conflict === 'deny' ? onClusters(meetingPlaces(after, footprint)) : ', on other clusters as it is now';
          const message = `${otherObject('WorkloadDeployment', neighbour)} makes Workload ${after.namespace}/${after.workload} too${where}; use another name or namespace`;
          return [{ path: 'spec.workload.name', message, severity: conflict }];
        }),
      ),
    );
  },
};

function conflictOf(one: Footprint, other: Footprint): 'deny' | 'warn' | undefined {
  if (one.namespace !== other.namespace || one.workload !== other.workload || one.workload === '') return undefined;
  return mayMeet(one, other) ? 'deny' : 'warn';
}
