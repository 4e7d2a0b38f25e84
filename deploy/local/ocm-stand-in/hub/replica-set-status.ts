/** OCM stand-in (local runs only): the status of a ManifestWorkReplicaSet, pure. Reasons are OCM's own. */

import type { Condition } from '../../../../src/api/object.ts';
import { isTrue, withCondition, type NewCondition } from '../conditions.ts';
import { clusterOf, isCurrent, placementOf, type ReplicaSetInput } from './replica-set.ts';
import type { ManifestWork, ManifestWorkReplicaSet, WorkSummary } from '../work-kinds.ts';

type Status = NonNullable<ManifestWorkReplicaSet['status']>;

export interface ReplicaSetProgress extends ReplicaSetInput {
  /** How many decision groups each Placement has, by name. */
  groups: ReadonlyMap<string, number>;
  /** RFC 3339 */
  now: string;
}

/** The status when a Placement of the spec is missing: the rest stays as it was. */
export function missingPlacementStatus({ status = {} }: ManifestWorkReplicaSet, now: string): Status {
  const conditions = withCondition(status.conditions, verified('PlacementDecisionNotFound'), now);
  return { ...status, conditions };
}

/** The status after the works were written. Counts what is on the hub, so it catches up with each work's change. */
export function replicaSetStatus({ replicaSet, placements, works, groups, now }: ReplicaSetProgress): Status {
  const placementSummary = placements.map(({ name, clusters = [] }) => {
    const own = works.filter((work) => placementOf(work) === name && clusters.includes(clusterOf(work)));
    const summary = summarize(replicaSet, own, clusters.length);
    return {
      name,
      availableDecisionGroups: `${groups.get(name) ?? 0} (${clusters.length} / ${clusters.length} clusters applied)`,
      summary,
    };
  });
  const summary = placementSummary.map((each) => each.summary).reduce(sum, empty);
  const succeeded = works.filter((work) => isCurrent(replicaSet, work) && hasSucceeded(work)).length;
  const conditions = [
    verified(summary.total === 0 ? 'PlacementDecisionEmpty' : 'AsExpected'),
    condition('PlacementRolledOut', summary.total === succeeded ? 'Complete' : 'Progressing', 'Complete'),
    condition('ManifestworkApplied', appliedReason(summary), 'AsExpected'),
  ].reduce<Condition[]>((list, next) => withCondition(list, next, now), replicaSet.status?.conditions ?? []);
  return { ...replicaSet.status, conditions, summary, placementSummary };
}

const empty: WorkSummary = {
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
    ...empty,
    total,
    applied: count('Applied'),
    available: count('Available'),
    degraded: count('Degraded'),
    progressing: count('Progressing'),
  };
}

function sum(left: WorkSummary, right: WorkSummary): WorkSummary {
  return {
    ...empty,
    total: left.total + right.total,
    applied: left.applied + right.applied,
    available: left.available + right.available,
    degraded: left.degraded + right.degraded,
    progressing: left.progressing + right.progressing,
  };
}

/**
 * Since OCM 1.2 a work counts as rolled out once it says `Progressing=False`, which only its condition rules make it
 * say: without them a rollout stays `Progressing` for good, in OCM as here.
 */
function hasSucceeded({ metadata, status }: ManifestWork): boolean {
  const seen = (type: string, wanted: Condition['status']): boolean =>
    (status?.conditions ?? []).some(
      (each) => each.type === type && each.status === wanted && each.observedGeneration === metadata.generation,
    );
  return seen('Applied', 'True') && seen('Progressing', 'False');
}

function appliedReason(summary: WorkSummary): string {
  if (summary.total === 0) return 'PlacementDecisionEmpty';
  if (summary.available === summary.total && summary.progressing === 0 && summary.degraded === 0) return 'AsExpected';
  return summary.progressing > 0 && summary.degraded === 0 ? 'Processing' : 'NotAsExpected';
}

function verified(reason: string): NewCondition {
  return condition('PlacementVerified', reason, 'AsExpected');
}

function condition(type: string, reason: string, good: string): NewCondition {
  return { type, status: reason === good ? 'True' : 'False', reason, message: '' };
}
