/** OCM stand-in (local runs only): the status of a ManifestWork, pure. Types, reasons and messages are OCM's own. */

import type { Condition } from '../../../../src/api/object.ts';
import { findCondition, withCondition, type NewCondition } from '../conditions.ts';
import { isSame } from './orphaning.ts';
import type { ManifestCondition, ManifestWork, ManifestWorkStatus, ResourceMeta } from '../work-kinds.ts';

/** What became of one manifest; `problem` is why it is not on the spoke. */
export interface ManifestOutcome {
  meta: ResourceMeta;
  problem?: string;
}

/** The status after applying: per manifest, and `Applied` for all of them; a work without manifests gets none. */
export function appliedStatus(
  work: ManifestWork,
  outcomes: readonly ManifestOutcome[],
  now: string,
): ManifestWorkStatus {
  const { generation: observedGeneration } = work.metadata;
  const before = work.status?.resourceStatus?.manifests ?? [];
  const manifests = outcomes.map(({ meta, problem }): ManifestCondition => {
    const known = before.find((each) => each.resourceMeta.kind === meta.kind && isSame(each.resourceMeta, meta));
    const condition: NewCondition = {
      type: 'Applied',
      status: problem === undefined ? 'True' : 'False',
      reason: problem === undefined ? 'AppliedManifestComplete' : 'AppliedManifestFailed',
      message: problem === undefined ? 'Apply manifest complete' : `Failed to apply manifest: ${problem}`,
      observedGeneration,
    };
    return {
      resourceMeta: meta,
      statusFeedback: known?.statusFeedback ?? {},
      conditions: withCondition(known?.conditions, condition, now),
    };
  });
  const failed = outcomes.some(({ problem }) => problem !== undefined);
  const applied: NewCondition = {
    type: 'Applied',
    status: failed ? 'False' : 'True',
    reason: failed ? 'AppliedManifestWorkFailed' : 'AppliedManifestWorkComplete',
    message: failed ? 'Failed to apply manifest work' : 'Apply manifest work complete',
    observedGeneration,
  };
  const conditions = work.status?.conditions ?? [];
  return {
    ...work.status,
    conditions: outcomes.length === 0 ? conditions : withCondition(conditions, applied, now),
    resourceStatus: { manifests },
  };
}

/** How a manifest's resource was found on the spoke; `unknown` says why that could not be told. */
export type Sighting = 'available' | 'missing' | { unknown: string };

/** The status after looking at the spoke, in the order of `status.resourceStatus.manifests`. */
export function availableStatus(work: ManifestWork, sightings: readonly Sighting[], now: string): ManifestWorkStatus {
  const manifests = (work.status?.resourceStatus?.manifests ?? []).map((manifest, index): ManifestCondition => {
    const sighting = sightings[index] ?? { unknown: 'not looked at' };
    const seen = withCondition(manifest.conditions, manifestAvailable(sighting), now);
    return { ...manifest, conditions: sighting === 'available' ? withCondition(seen, feedback, now) : seen };
  });
  const available = workAvailable(sightings, work.metadata.generation);
  const conditions = withCondition(work.status?.conditions, available, now);
  return { ...work.status, conditions, resourceStatus: { manifests } };
}

/** Feedback rules are not evaluated here; OCM writes this where a manifest has none. */
const feedback: NewCondition = {
  type: 'StatusFeedbackSynced',
  status: 'True',
  reason: 'NoStatusFeedbackSynced',
  message: '',
};

function manifestAvailable(sighting: Sighting): NewCondition {
  const type = 'Available';
  if (sighting === 'available') {
    return { type, status: 'True', reason: 'ResourceAvailable', message: 'Resource is available' };
  }
  if (sighting === 'missing') {
    return { type, status: 'False', reason: 'ResourceNotAvailable', message: 'Resource is not available' };
  }
  const message = `Failed to fetch resource: ${sighting.unknown}`;
  return { type, status: 'Unknown', reason: 'FetchingResourceFailed', message };
}

function workAvailable(sightings: readonly Sighting[], observedGeneration: number | undefined): NewCondition {
  const total = sightings.length;
  const missing = sightings.filter((each) => each === 'missing').length;
  const unknown = sightings.filter((each) => typeof each === 'object').length;
  const condition = (status: Condition['status'], reason: string, message: string): NewCondition => ({
    type: 'Available',
    status,
    reason,
    message,
    observedGeneration,
  });
  if (missing > 0) {
    return condition('False', 'ResourcesNotAvailable', `${missing} of ${total} resources are not available`);
  }
  if (unknown > 0) {
    return condition('Unknown', 'ResourcesStatusUnknown', `${unknown} of ${total} resources have unknown status`);
  }
  if (total === 0) return condition('Unknown', 'ResourcesStatusUnknown', 'cannot get any available resource ');
  return condition('True', 'ResourcesAvailable', 'All resources are available');
}

/** The status of a work whose resources are being removed from the spoke. */
export function deletingStatus(work: ManifestWork, now: string): ManifestWorkStatus {
  const condition: NewCondition = {
    type: 'Deleting',
    status: 'True',
    reason: 'WorkDeleting',
    message: 'ManifestWork is being deleted',
    observedGeneration: work.metadata.generation,
  };
  return { ...work.status, conditions: withCondition(work.status?.conditions, condition, now) };
}

/** Whether the agent has tried to apply the work at all. */
export function wasApplied({ status }: ManifestWork): boolean {
  return findCondition(status?.conditions, 'Applied') !== undefined;
}
