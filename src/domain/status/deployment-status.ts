import type { Condition } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type {
  EffectiveLifecycle,
  OtherObject,
  ResolvedReference,
  WorkloadDeploymentStatus,
} from '../../api/workload-deployment.ts';
import type {
  AppliedReason,
  BlockedReason,
  HubRefusalReason,
  ReleaseBlockReason,
  RenderFailureReason,
  ResolveFailureReason,
} from '../applied-reasons.ts';
import { conditionMessage } from '../text/condition-message.ts';
import type { MissingWorks } from '../spoke/missing-works.ts';
import { isComplete, type WorkProgress } from '../spoke/work-progress.ts';

/** Limits of lists in the schema. */
const maxClusters = 5000;
const maxReplicaSets = 64;
const maxLeaving = 100;
const maxOtherObjects = 256;

/** The results of resolving, rendering and applying a deployment. The result of a step that was not reached is absent. */
export interface DeploymentOutcome {
  generation: number | undefined;
  resolved: { ok: true } | { ok: false; reason: ResolveFailureReason; message: string };
  environment?: ResolvedReference;
  workloadProfile?: ResolvedReference;
  rendered?: { ok: true } | { ok: false; reason: RenderFailureReason; message: string };
  /** Why the render is not applied, or why objects that it no longer contains are not pruned. */
  blocked?: { reason: BlockedReason; message: string };
  lifecycle?: EffectiveLifecycle;
  /** The Workload that is applied. */
  workload?: { namespace: string; name: string };
  replicaSets: readonly ManifestWorkReplicaSet[];
  progress?: WorkProgress;
  /** Clusters that still have ManifestWorks of replaced ManifestWorkReplicaSets, sorted. */
  supersededOn: readonly string[];
  /** Clusters whose last ManifestWork is being deleted, sorted. */
  leaving: readonly string[];
  /** The topology renders no ManifestWorkReplicaSet. */
  rendersNoWorks?: boolean;
  /**
   * Clusters whose work agent has not confirmed `orphan: true`, sorted: deleting the ManifestWork there still deletes the
   * namespace. Absent if the namespace is not orphaned.
   */
  orphanUnconfirmedOn?: readonly string[];
  /** Names of objects of the render that are being deleted and have to be created again. */
  terminating: readonly string[];
  /** Names of objects that are being deleted because the render no longer contains them. */
  pruning: readonly string[];
  /** Whether the hub matches the render, with nothing left to apply or to prune. */
  upToDate: boolean;
  /** The value of the acknowledgement annotation. */
  acknowledgement?: string;
  /** Since when no ManifestWork has existed for it; absent while there is one. */
  unplacedSince?: string;
  /** The ManifestWorks that existed and are missing on the hub; absent while none is missing. */
  missingWorks?: MissingWorks;
  /** Objects on the hub of other kinds than those of OCM, sorted. */
  otherObjects?: readonly OtherObject[];
  /** Whether OCM has not reported on a ManifestWorkReplicaSet for longer than it should need. */
  notReconciledByOcm: boolean;
}

/** The complete status of a deployment. Equal outcomes give equal bytes: conditions have a fixed order, and no times. The other times stay as long as what they are about. */
export function deploymentStatus(
  outcome: DeploymentOutcome,
  previous: WorkloadDeploymentStatus = {},
): WorkloadDeploymentStatus {
  const { progress, supersededOn, environment, workloadProfile, lifecycle, workload, generation } = outcome;
  // Fields that a failed step could not determine keep their values, because the spokes have not changed.
  const known = {
    environment: environment ?? previous.environment,
    workloadProfile: workloadProfile ?? previous.workloadProfile,
    effectiveLifecycle: lifecycle ?? previous.effectiveLifecycle,
    workload: workload ?? previous.workload,
  };
  const conditions = conditionsOf(outcome);
  const acknowledged = consumedAcknowledgement(outcome, previous);
  return {
    conditions,
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(outcome.unplacedSince === undefined ? {} : { unplacedSince: outcome.unplacedSince }),
    ...(outcome.missingWorks === undefined ? {} : missingFields(outcome.missingWorks)),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(known.environment === undefined ? {} : { environment: known.environment }),
    ...(known.workloadProfile === undefined ? {} : { workloadProfile: known.workloadProfile }),
    ...(known.effectiveLifecycle === undefined ? {} : { effectiveLifecycle: known.effectiveLifecycle }),
    ...(known.workload === undefined ? {} : { workload: known.workload }),
    ...(progress === undefined ? {} : clustersOf(progress, supersededOn)),
    ...(outcome.leaving.length === 0 ? {} : { leavingClusters: outcome.leaving.slice(0, maxLeaving) }),
    ...(outcome.orphanUnconfirmedOn === undefined
      ? {}
      : { orphanPendingClusters: outcome.orphanUnconfirmedOn.slice(0, maxClusters) }),
    // Those of a failed render and of the previous one together may be more than the schema permits.
    replicaSets: outcome.replicaSets.slice(0, maxReplicaSets).map(summaryOf),
    ...otherFields(outcome),
  };
}

function otherFields({ otherObjects = [] }: DeploymentOutcome): WorkloadDeploymentStatus {
  return otherObjects.length === 0 ? {} : { otherObjects: otherObjects.slice(0, maxOtherObjects) };
}

/** Flat fields, because server-side apply leaves an empty object when all fields of an object are removed. */
function missingFields({ since, clusters }: MissingWorks): WorkloadDeploymentStatus {
  return { worksMissingSince: since, worksMissingOn: clusters.slice(0, maxClusters) };
}

/**
 * The clusters that have the Workload, and those that do not have its newest content. Clusters with superseded
 * ManifestWorks are in both lists.
 */
function clustersOf(
  { selectedClusters, unappliedClusters }: WorkProgress,
  supersededOn: readonly string[],
): Pick<WorkloadDeploymentStatus, 'selectedClusters' | 'pendingClusters'> {
  const superseded = supersededOn.filter((cluster) => !selectedClusters.includes(cluster));
  return {
    selectedClusters: [...selectedClusters, ...superseded].toSorted().slice(0, maxClusters),
    pendingClusters: [...unappliedClusters, ...superseded].toSorted().slice(0, maxClusters),
  };
}

/**
 * An acknowledgement is consumed once the write that it was given for is done. The status drops it once the annotation is
 * removed.
 */
function consumedAcknowledgement(
  { acknowledgement, upToDate }: DeploymentOutcome,
  { acknowledged }: WorkloadDeploymentStatus,
): string | undefined {
  if (acknowledgement === undefined) return undefined;
  return upToDate || acknowledged === acknowledgement ? acknowledgement : undefined;
}

function conditionsOf(outcome: DeploymentOutcome): Condition[] {
  const { resolved, rendered } = outcome;
  const conditions: Condition[] = [
    resolved.ok
      ? { type: 'Resolved', status: 'True', reason: 'Resolved' }
      : { type: 'Resolved', status: 'False', reason: resolved.reason, message: resolved.message },
  ];
  if (rendered !== undefined) {
    conditions.push(
      rendered.ok
        ? { type: 'Rendered', status: 'True', reason: 'Rendered' }
        : { type: 'Rendered', status: 'False', reason: rendered.reason, message: rendered.message },
    );
  }
  conditions.push(appliedCondition(outcome));
  return conditions.map(withShortMessage);
}

function withShortMessage(condition: Condition): Condition {
  const { message } = condition;
  return message === undefined ? condition : { ...condition, message: conditionMessage(message) };
}

function appliedCondition(outcome: DeploymentOutcome): Condition {
  const { resolved, rendered, blocked, replicaSets, terminating, notReconciledByOcm } = outcome;
  const unchanged = replicaSets.length > 0 ? '; the applied objects stay unchanged' : '';
  if (!resolved.ok) return notApplied(resolved.reason, `a ref could not be resolved${unchanged}`);
  if (rendered?.ok === false) return notApplied(rendered.reason, `the render failed${unchanged}`);
  if (blocked !== undefined) return notApplied(blocked.reason, blocked.message);
  if (notReconciledByOcm) {
    return notApplied(
      'ReplicaSetsNotEnabled',
      'OCM does not reconcile ManifestWorkReplicaSets: enable the feature gate ManifestWorkReplicaSet of its work manager (`spec.workConfiguration.featureGates` of the ClusterManager)',
    );
  }
  if (terminating.length > 0)
    return notApplied('Applying', `waiting for ${listNames(terminating)} to be deleted before it is created again`);
  const { message, ...condition } = progressCondition(outcome);
  const { leaving } = outcome;
  const removing = leaving.length === 0 ? '' : `; being removed from ${listNames(leaving)}`;
  return { ...condition, message: `${message ?? ''}${removing}` };
}

/** How far the render is applied on the spokes, once it is written to the hub. */
function progressCondition(outcome: DeploymentOutcome): Condition {
  const { progress, replicaSets, pruning, supersededOn, rendersNoWorks = false } = outcome;
  if (rendersNoWorks) {
    const kept = `; what was applied before stays on ${listNames(supersededOn)}`;
    const message = `the topology renders no ManifestWorkReplicaSet for this deployment${supersededOn.length === 0 ? '' : kept}`;
    return notApplied('NoWorksRendered', message);
  }
  if (progress === undefined || progress.expected === 0) {
    const kept = `; what is to be replaced stays on ${listNames(supersededOn)}`;
    return notApplied('NoClustersSelected', `no cluster is selected${supersededOn.length === 0 ? '' : kept}`);
  }
  if (progress.failures.length > 0) {
    const failures = progress.failures.slice(0, 10).map(({ cluster, message }) => `${cluster}: ${message}`);
    return notApplied('ApplyFailed', failures.join('\n'));
  }
  if (!isComplete(progress)) {
    const done = progress.selectedClusters.length - progress.unappliedClusters.length;
    const waiting =
      progress.unappliedClusters.length === 0
        ? describeRollout(replicaSets)
        : `; waiting for ${listNames(progress.unappliedClusters)}`;
    return notApplied('Applying', `applied on ${done} of ${progress.expected} clusters${waiting}`);
  }
  const message = `applied on ${listNames(progress.selectedClusters)}`;
  if (pruning.length === 0) return { type: 'Applied', status: 'True', reason: 'Applied', message };
  return {
    type: 'Applied',
    status: 'True',
    reason: 'RemovingOld',
    message: `${message}; removing ${pruning.join(', ')}`,
  };
}

function notApplied(reason: AppliedReason, message: string): Condition {
  return { type: 'Applied', status: 'False', reason, message };
}

/**
 * Explains what a progressive rollout waits for. OCM starts the next step when it considers the ManifestWorks of the last
 * one done.
 */
function describeRollout(replicaSets: readonly ManifestWorkReplicaSet[]): string {
  const refs = replicaSets.flatMap(({ spec }) => spec.placementRefs);
  const [strategy] = refs
    .map(({ rolloutStrategy }) => rolloutStrategy?.['type'])
    .filter((type) => type === 'Progressive' || type === 'ProgressivePerGroup');
  if (strategy === undefined) return '';
  return `; rollout ${strategy} continues when OCM finds condition Progressing=False on the ManifestWorks, which only conditionRules in manifestConfigs set`;
}

/** At most ten names, and the number of the others. */
export function listNames(names: readonly string[]): string {
  const more = names.length - 10;
  return names.slice(0, 10).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function summaryOf({
  metadata,
  status,
}: ManifestWorkReplicaSet): NonNullable<WorkloadDeploymentStatus['replicaSets']>[number] {
  const { total, applied, available, degraded, progressing } = status?.summary ?? {};
  const counts = Object.entries({ total, applied, available, degraded, progressing });
  const known = counts.filter((entry): entry is [string, number] => entry[1] !== undefined);
  return { namespace: metadata.namespace ?? '', name: metadata.name, ...Object.fromEntries(known) };
}

/** The status of a deployment that is being deleted. `failure`: why its objects cannot be deleted, or may not be. */
export function deletingStatus(
  waitingFor: readonly string[],
  previous: WorkloadDeploymentStatus = {},
  failure?: { reason: HubRefusalReason | ReleaseBlockReason; message: string },
): WorkloadDeploymentStatus {
  const waiting =
    waitingFor.length === 0 ? 'everything is removed' : `waiting for ${listNames(waitingFor)} to be removed`;
  const others = (previous.conditions ?? []).filter((condition) => condition.type !== 'Deleting');
  const { reason, message } = failure ?? { reason: 'Removing', message: waiting };
  const deleting = withShortMessage({ type: 'Deleting', status: 'True', reason, message });
  return { ...previous, conditions: [...others, deleting] };
}
