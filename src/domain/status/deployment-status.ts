import type { Condition } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { EffectiveLifecycle, ResolvedReference, WorkloadDeploymentStatus } from '../../api/workload-deployment.ts';
import { conditionMessage } from '../text/condition-message.ts';
import { isComplete, type WorkProgress } from '../spoke/work-progress.ts';

/** What came of resolving, rendering and applying a deployment. A step that was not reached is absent. */
export interface DeploymentOutcome {
  generation: number | undefined;
  resolved: { ok: true } | { ok: false; reason: string; message: string };
  environment?: ResolvedReference;
  workloadProfile?: ResolvedReference;
  rendered?: { ok: true } | { ok: false; reason: string; message: string };
  /** Why nothing was applied, or what is no longer wanted not removed. */
  blocked?: { reason: string; message: string };
  lifecycle?: EffectiveLifecycle;
  /** The Workload that is applied. */
  workload?: { namespace: string; name: string };
  replicaSets: readonly ManifestWorkReplicaSet[];
  progress?: WorkProgress;
  /** Clusters, sorted, where works still are that those of `replicaSets` are to take the place of. */
  supersededOn: readonly string[];
  /** Clusters, sorted, where the namespace may still go with works that keep it; absent where it is not to be kept. */
  orphanUnconfirmedOn?: readonly string[];
  /** Names of what is wanted again while it is on its way out. */
  terminating: readonly string[];
  /** Names of what is being removed because the new render has it no more. */
  pruning: readonly string[];
  /** Whether the hub is as the render wants it, with nothing left to write or to remove. */
  upToDate: boolean;
  /** What the deployment acknowledges, if it does. */
  acknowledgement?: string;
  /** A ManifestWorkReplicaSet that nobody has looked at for longer than anyone should take. */
  notReconciledByOcm: boolean;
}

/** The whole status of a deployment: conditions in a fixed order, stable texts. */
export function deploymentStatus(
  outcome: DeploymentOutcome,
  previous: WorkloadDeploymentStatus = {},
): WorkloadDeploymentStatus {
  const { progress, supersededOn, environment, workloadProfile, lifecycle, workload, generation } = outcome;
  // What a failed step could not find out stays as it was: nothing on the spokes has changed.
  const kept = {
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
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(kept.environment === undefined ? {} : { environment: kept.environment }),
    ...(kept.workloadProfile === undefined ? {} : { workloadProfile: kept.workloadProfile }),
    ...(kept.effectiveLifecycle === undefined ? {} : { effectiveLifecycle: kept.effectiveLifecycle }),
    ...(kept.workload === undefined ? {} : { workload: kept.workload }),
    ...(progress === undefined ? {} : clustersOf(progress, supersededOn)),
    ...(outcome.orphanUnconfirmedOn === undefined
      ? {}
      : { orphanPendingClusters: outcome.orphanUnconfirmedOn.slice(0, 5000) }),
    // Those of a render that failed and of the one before it may be more than the schema takes.
    replicaSets: outcome.replicaSets.slice(0, 64).map(summaryOf),
  };
}

/** Where the Workload is, and where not by the newest work: what is on its way out is on its clusters still. */
function clustersOf(
  { selectedClusters, unappliedClusters }: WorkProgress,
  outgoing: readonly string[],
): Pick<WorkloadDeploymentStatus, 'selectedClusters' | 'pendingClusters'> {
  const left = outgoing.filter((cluster) => !selectedClusters.includes(cluster));
  return {
    selectedClusters: [...selectedClusters, ...left].toSorted().slice(0, 5000),
    pendingClusters: [...unappliedClusters, ...left].toSorted().slice(0, 5000),
  };
}

/** An acknowledgement is spent once the write that it was given for is made; it is forgotten when it is taken away. */
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
  return conditions.map(bounded);
}

function bounded(condition: Condition): Condition {
  const { message } = condition;
  return message === undefined ? condition : { ...condition, message: conditionMessage(message) };
}

function appliedCondition(outcome: DeploymentOutcome): Condition {
  const { resolved, rendered, blocked, progress, replicaSets, terminating, pruning, notReconciledByOcm } = outcome;
  const not = (reason: string, message: string): Condition => ({ type: 'Applied', status: 'False', reason, message });
  const stays = replicaSets.length > 0 ? '; what is applied stays' : '';
  if (!resolved.ok) return not(resolved.reason, `a ref could not be resolved${stays}`);
  if (rendered?.ok === false) return not(rendered.reason, `the render failed${stays}`);
  if (blocked !== undefined) return not(blocked.reason, blocked.message);
  if (notReconciledByOcm) {
    return not(
      'ReplicaSetsNotEnabled',
      "nobody looks after ManifestWorkReplicaSets: enable OCM's feature gate ManifestWorkReplicaSet of the work manager (`spec.workConfiguration.featureGates` of the ClusterManager)",
    );
  }
  if (terminating.length > 0) return not('Applying', `waiting for ${summary(terminating)} to be gone, to be made anew`);
  if (progress === undefined || progress.expected === 0) return not('NoClustersSelected', 'no cluster is selected');
  if (progress.failures.length > 0) {
    const failures = progress.failures.slice(0, 10).map(({ cluster, message }) => `${cluster}: ${message}`);
    return not('ApplyFailed', failures.join('\n'));
  }
  if (!isComplete(progress)) {
    const done = progress.selectedClusters.length - progress.unappliedClusters.length;
    const waiting =
      progress.unappliedClusters.length === 0
        ? rolloutOf(replicaSets)
        : `; waiting for ${summary(progress.unappliedClusters)}`;
    return not('Applying', `applied on ${done} of ${progress.expected} clusters${waiting}`);
  }
  const message = `applied on ${summary(progress.selectedClusters)}`;
  if (pruning.length === 0) return { type: 'Applied', status: 'True', reason: 'Applied', message };
  return {
    type: 'Applied',
    status: 'True',
    reason: 'RemovingOld',
    message: `${message}; removing ${pruning.join(', ')}`,
  };
}

/** What a rollout that goes in steps waits for: OCM takes the next one when works of the last one count as done. */
function rolloutOf(replicaSets: readonly ManifestWorkReplicaSet[]): string {
  const refs = replicaSets.flatMap(({ spec }) => spec.placementRefs);
  const [strategy] = refs
    .map(({ rolloutStrategy }) => rolloutStrategy?.['type'])
    .filter((type) => type === 'Progressive' || type === 'ProgressivePerGroup');
  if (strategy === undefined) return '';
  return `; rollout ${strategy} goes on when OCM finds condition Progressing=False on the works, which it sets by conditionRules of manifestConfigs only`;
}

/** At most ten names, then a count. */
function summary(names: readonly string[]): string {
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

/** The condition of a deployment that is going away. */
export function deletingStatus(
  waitingFor: readonly string[],
  previous: WorkloadDeploymentStatus = {},
): WorkloadDeploymentStatus {
  const message =
    waitingFor.length === 0 ? 'everything is removed' : `waiting for ${summary(waitingFor)} to be removed`;
  const others = (previous.conditions ?? []).filter((condition) => condition.type !== 'Deleting');
  return { ...previous, conditions: [...others, { type: 'Deleting', status: 'True', reason: 'Removing', message }] };
}
