/** OCM stand-in (local runs only): computes the status of a ManifestWork. Types, reasons and messages are those of OCM. */

import type { Condition } from '../../../../src/api/object.ts';
import { findCondition, withCondition, type NewCondition } from '../conditions.ts';
import { isSameResource } from './orphaning.ts';
import type { ManifestCondition, ManifestWork, ManifestWorkStatus, ResourceMeta } from '../work-kinds.ts';

/** The result for one manifest. `problem` says why it was not applied. */
export interface ManifestOutcome {
  meta: ResourceMeta;
  problem?: string;
}

/** The status after an apply: `Applied` of each manifest and of the ManifestWork, unless there are no manifests. */
export function computeAppliedStatus(
  work: ManifestWork,
  outcomes: readonly ManifestOutcome[],
  now: string,
): ManifestWorkStatus {
  const { generation: observedGeneration } = work.metadata;
  const before = work.status?.resourceStatus?.manifests ?? [];
  const manifests = outcomes.map(({ meta, problem }): ManifestCondition => {
    const known = before.find(
      (each) => each.resourceMeta.kind === meta.kind && isSameResource(each.resourceMeta, meta),
    );
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

/** Whether the resource of a manifest exists on the spoke. `unknown` says why that cannot be determined. */
export type Availability = 'available' | 'missing' | { unknown: string };

/** The status after the resources were read, in the order of `status.resourceStatus.manifests`. */
export function computeAvailableStatus(
  work: ManifestWork,
  availabilities: readonly Availability[],
  now: string,
): ManifestWorkStatus {
  const manifests = (work.status?.resourceStatus?.manifests ?? []).map((manifest, index): ManifestCondition => {
    const availability = availabilities[index] ?? { unknown: 'it was not read' };
    const seen = withCondition(manifest.conditions, createManifestCondition(availability), now);
    return {
      ...manifest,
      conditions: availability === 'available' ? withCondition(seen, feedbackCondition, now) : seen,
    };
  });
  const available = createWorkCondition(availabilities, work.metadata.generation);
  const conditions = withCondition(work.status?.conditions, available, now);
  return { ...work.status, conditions, resourceStatus: { manifests } };
}

/** OCM writes this condition for a manifest without feedback rules. The stand-in does not evaluate feedback rules. */
const feedbackCondition: NewCondition = {
  type: 'StatusFeedbackSynced',
  status: 'True',
  reason: 'NoStatusFeedbackSynced',
  message: '',
};

function createManifestCondition(availability: Availability): NewCondition {
  const type = 'Available';
  if (availability === 'available') {
    return { type, status: 'True', reason: 'ResourceAvailable', message: 'Resource is available' };
  }
  if (availability === 'missing') {
    return { type, status: 'False', reason: 'ResourceNotAvailable', message: 'Resource is not available' };
  }
  const message = `Failed to fetch resource: ${availability.unknown}`;
  return { type, status: 'Unknown', reason: 'FetchingResourceFailed', message };
}

function createWorkCondition(
  availabilities: readonly Availability[],
  observedGeneration: number | undefined,
): NewCondition {
  const total = availabilities.length;
  const missing = availabilities.filter((each) => each === 'missing').length;
  const unknown = availabilities.filter((each) => typeof each === 'object').length;
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

/** The status of a ManifestWork whose resources are being removed from the spoke. */
export function computeDeletingStatus(work: ManifestWork, now: string): ManifestWorkStatus {
  const condition: NewCondition = {
    type: 'Deleting',
    status: 'True',
    reason: 'WorkDeleting',
    message: 'ManifestWork is being deleted',
    observedGeneration: work.metadata.generation,
  };
  return { ...work.status, conditions: withCondition(work.status?.conditions, condition, now) };
}

/** Whether the agent has tried to apply the ManifestWork. */
export function wasApplied({ status }: ManifestWork): boolean {
  return findCondition(status?.conditions, 'Applied') !== undefined;
}
