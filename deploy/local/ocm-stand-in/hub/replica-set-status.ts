/** OCM stand-in (local runs only): computes the status of a ManifestWorkReplicaSet. The reasons are those of OCM. */

import type { Condition } from '../../../../src/api/object.ts';
import { isTrue, withCondition, type NewCondition } from '../conditions.ts';
import { clusterOf, isCurrent, placementOf, type ReplicaSetInput } from './replica-set.ts';
import type { ManifestWork, ManifestWorkReplicaSet, WorkSummary } from '../work-kinds.ts';

type Status = NonNullable<ManifestWorkReplicaSet['status']>;

export interface ReplicaSetProgress extends ReplicaSetInput {
  /** Maps the name of each Placement to its number of decision groups. */
  groups: ReadonlyMap<string, number>;
  /** In RFC 3339. */
  now: string;
}

/** The status if a Placement of the spec does not exist. The other fields do not change. */
export function computeMissingPlacementStatus({ status = {} }: ManifestWorkReplicaSet, now: string): Status {
  const conditions = withCondition(status.conditions, createVerifiedCondition('PlacementDecisionNotFound'), now);
  return { ...status, conditions };
}

/** The status after the ManifestWorks were written. It is computed again whenever one of them changes. */
export function computeReplicaSetStatus({ replicaSet, placements, works, groups, now }: ReplicaSetProgress): Status {
  const placementSummary = placements.map(({ name, clusters = [] }) => {
    const own = works.filter((work) => placementOf(work) === name && clusters.includes(clusterOf(work)));
    const summary = summarize(replicaSet, own, clusters.length);
    return {
      name,
      availableDecisionGroups: `${groups.get(name) ?? 0} (${clusters.length} / ${clusters.length} clusters applied)`,
      summary,
    };
  });
  const summary = placementSummary.map((each) => each.summary).reduce(addSummaries, emptySummary);
  const succeeded = works.filter((work) => isCurrent(replicaSet, work) && hasSucceeded(work)).length;
  const conditions = [
    createVerifiedCondition(summary.total === 0 ? 'PlacementDecisionEmpty' : 'AsExpected'),
    createCondition('PlacementRolledOut', summary.total === succeeded ? 'Complete' : 'Progressing', 'Complete'),
    createCondition('ManifestworkApplied', findAppliedReason(summary), 'AsExpected'),
  ].reduce<Condition[]>((list, next) => withCondition(list, next, now), replicaSet.status?.conditions ?? []);
  return { ...replicaSet.status, conditions, summary, placementSummary };
}

const emptySummary: WorkSummary = {
  total: 0,
  applied: 0,
  available: 0,
  degraded: 0,
  progressing: 0,
  desiredTotal: 0,
  updated: 0,
};

function summarize(replicaSet: ManifestWorkReplicaSet, works: readonly ManifestWork[], total: number): WorkSummary {
  const current = works.filter((work) => work.metadata.deletionTimestamp === undefined && isCurrent(replicaSet, work));
  const count = (type: string): number => current.filter((work) => isTrue(work.status?.conditions, type)).length;
  return {
    ...emptySummary,
    total,
    applied: count('Applied'),
    available: count('Available'),
    degraded: count('Degraded'),
    progressing: count('Progressing'),
  };
}

function addSummaries(left: WorkSummary, right: WorkSummary): WorkSummary {
  return {
    ...emptySummary,
    total: left.total + right.total,
    applied: left.applied + right.applied,
    available: left.available + right.available,
    degraded: left.degraded + right.degraded,
    progressing: left.progressing + right.progressing,
  };
}

/**
 * Since OCM 1.2 a ManifestWork is rolled out when it has `Progressing=False`, and only condition rules set that. Without such
 * rules a rollout remains `Progressing`, in OCM and here.
 */
function hasSucceeded({ metadata, status }: ManifestWork): boolean {
  const seen = (type: string, wanted: Condition['status']): boolean =>
    (status?.conditions ?? []).some(
      (each) => each.type === type && each.status === wanted && each.observedGeneration === metadata.generation,
    );
  return seen('Applied', 'True') && seen('Progressing', 'False');
}

function findAppliedReason(summary: WorkSummary): string {
  if (summary.total === 0) return 'PlacementDecisionEmpty';
  if (summary.available === summary.total && summary.progressing === 0 && summary.degraded === 0) return 'AsExpected';
  return summary.progressing > 0 && summary.degraded === 0 ? 'Processing' : 'NotAsExpected';
}

function createVerifiedCondition(reason: string): NewCondition {
  return createCondition('PlacementVerified', reason, 'AsExpected');
}

function createCondition(type: string, reason: string, good: string): NewCondition {
  return { type, status: reason === good ? 'True' : 'False', reason, message: '' };
}
