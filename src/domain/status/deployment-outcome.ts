import { isRetryable, isRuleBlock } from '../applied-reasons.ts';
import { keyOf } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { EffectiveLifecycle, WorkloadDeployment } from '../../api/workload-deployment.ts';
import { spokeNamespace } from '../render/work-manifests.ts';
import { effectiveLifecycle } from '../spoke/effective-lifecycle.ts';
import { orphanUnconfirmedClusters } from '../spoke/from-replica-sets.ts';
import { containing } from '../spoke/work-namespaces.ts';
import { leavingClusters, workProgress, type ReplicaSetState, type WorkProgress } from '../spoke/work-progress.ts';
import type { DeploymentOutcome } from './deployment-status.ts';

/** Why a write is blocked. */
export type Block = NonNullable<DeploymentOutcome['blocked']>;

/** The ManifestWorkReplicaSets that the status reports. */
export interface Reported {
  /** Sorted by name. */
  replicaSets: readonly ManifestWorkReplicaSet[];
  progress: WorkProgress;
  /** When the oldest one that OCM has not reported on was created, in milliseconds since the epoch. */
  unreportedSince?: number;
}

/**
 * What one reconcile did to make the hub match a render.
 *
 * - `blocked`: a rule denies a write, or the hub rejects it. Nothing else is written.
 * - `applied`: an object on the hub has changed; its watch event leads to the next reconcile.
 * - `converging`: nothing had to be applied, but a rendered object is terminating, or a cluster does not have the newest content.
 * - `pruning`: the render is applied on every cluster, and the objects that it replaces are being deleted.
 * - `done`: the render is applied on every cluster, and nothing is left to prune.
 */
export type ApplyStep = Reported &
  (
    | { kind: 'blocked'; write: 'apply' | 'prune'; block: Block }
    | { kind: 'applied' | 'converging'; terminating: readonly string[]; isHubUpToDate: boolean }
    | { kind: 'pruning'; pruning: readonly string[] }
    | { kind: 'done' }
  );

/** The input of the status of a deployment, besides the step. */
export interface StepContext {
  deployment: WorkloadDeployment;
  /** The effective lifecycle of the render. */
  lifecycle: EffectiveLifecycle;
  /** Whether the render contains a ManifestWorkReplicaSet. Without one, nothing that is applied is pruned. */
  rendersWorks: boolean;
  /** All ManifestWorkReplicaSets of the deployment after the step, including those that are being replaced. */
  applied: readonly ReplicaSetState[];
}

/** The part of an outcome that depends on what is applied, without the results of resolving and rendering. */
export interface StepOutcome {
  outcome: Omit<
    DeploymentOutcome,
    | 'generation'
    | 'acknowledgement'
    | 'resolved'
    | 'rendered'
    | 'environment'
    | 'workloadProfile'
    | 'unplacedSince'
    | 'missingWorks'
  >;
  /** When a known deadline has passed. */
  requeueAfterMs?: number;
  /** Delays of repeated attempts. */
  backoff?: { fromMs: number; toMs: number };
}

/** How long OCM may take to report on a new ManifestWorkReplicaSet before the status names the likely cause. */
const ocmResponseTimeoutMs = 30_000;

/** For a deployment that a rule blocks: a watch event of the other deployment leads to the next attempt, unless it is missed. */
const ruleBackoff = { fromMs: 10_000, toMs: 120_000 };

/** For a write that the hub refuses: no watch event tells that it would succeed, such as when a namespace is created. */
const refusalBackoff = { fromMs: 5000, toMs: 30_000 };

/** For a render that was stopped because of load or a deadline: another attempt costs as much as the first one. */
const renderBackoff = { fromMs: 10_000, toMs: 120_000 };

/** The outcome of a step for the status, and when to reconcile again if no watch event comes first. */
export function outcomeOf(step: ApplyStep, context: StepContext, now: number): StepOutcome {
  const { deployment, applied } = context;
  const { replicaSets, progress } = step;
  // If the render is not applied, the status keeps the lifecycle and the Workload that are applied.
  const isApplied = step.kind !== 'blocked' || step.write === 'prune';
  const workload = appliedWorkload(context);
  const lifecycle = isApplied ? appliedLifecycle(step, context, workload) : knownLifecycle(deployment, applied);
  const waitMs = ocmResponseWait(step, now);
  const outcome: StepOutcome['outcome'] = {
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(isApplied ? { workload } : {}),
    ...(isApplied && !context.rendersWorks ? { rendersNoWorks: true } : {}),
    ...(step.kind === 'blocked' ? { blocked: step.block } : {}),
    replicaSets,
    progress,
    supersededOn: supersededClusters(replicaSets, applied),
    leaving: leavingClusters(applied),
    ...orphanConfirmation(deployment, lifecycle, applied),
    terminating: 'terminating' in step ? step.terminating : [],
    pruning: step.kind === 'pruning' ? step.pruning : [],
    upToDate: step.kind === 'done' || ('isHubUpToDate' in step && step.isHubUpToDate),
    notReconciledByOcm: waitMs === 0,
  };
  if (step.kind === 'blocked') {
    return { outcome, backoff: isRuleBlock(step.block.reason) ? ruleBackoff : refusalBackoff };
  }
  return waitMs === undefined || waitMs === 0 ? { outcome } : { outcome, requeueAfterMs: waitMs };
}

/** The outcome for the status if a ref is not resolved or the render failed, so that nothing is written to the hub. */
export function outcomeWithoutStep(
  failure: { reason: string },
  { replicaSets, progress }: Pick<Reported, 'replicaSets' | 'progress'>,
  { deployment, applied }: Pick<StepContext, 'deployment' | 'applied'>,
): StepOutcome {
  const lifecycle = knownLifecycle(deployment, applied);
  const outcome = {
    ...(lifecycle === undefined ? {} : { lifecycle }),
    replicaSets,
    progress,
    supersededOn: [],
    leaving: leavingClusters(applied),
    ...orphanConfirmation(deployment, lifecycle, applied),
    terminating: [],
    pruning: [],
    upToDate: false,
    notReconciledByOcm: false,
  };
  return isRetryable(failure.reason) ? { outcome, backoff: renderBackoff } : { outcome };
}

/** Milliseconds until OCM has failed to report on a ManifestWorkReplicaSet in time, 0 if it has; `undefined` if OCM reports on all. */
function ocmResponseWait({ unreportedSince }: Reported, now: number): number | undefined {
  return unreportedSince === undefined ? undefined : Math.max(unreportedSince + ocmResponseTimeoutMs - now, 0);
}

/** Clusters with ManifestWorks of ManifestWorkReplicaSets that the reported ones replace, sorted. */
function supersededClusters(
  reported: readonly ManifestWorkReplicaSet[],
  applied: readonly ReplicaSetState[],
): string[] {
  const keys = new Set(reported.map(keyOf));
  return workProgress(applied.filter(({ replicaSet }) => !keys.has(keyOf(replicaSet)))).selectedClusters;
}

/** Clusters where an orphaned namespace may still be deleted; absent if the namespace is not orphaned. */
function orphanConfirmation(
  deployment: WorkloadDeployment,
  lifecycle: EffectiveLifecycle | undefined,
  applied: readonly ReplicaSetState[],
): Pick<DeploymentOutcome, 'orphanUnconfirmedOn'> {
  const { create, orphan } = lifecycle?.spokeNamespace ?? {};
  if (create !== true || orphan !== true) return {};
  const { namespace } = deployment.status?.workload ?? workloadOf(deployment);
  return { orphanUnconfirmedOn: orphanUnconfirmedClusters(namespace, applied) };
}

/**
 * The effect of the deletion of what is applied. A ManifestWorkReplicaSet that the render does not contain counts until it is
 * pruned: its ManifestWorks are deleted with the deployment, too.
 */
function appliedLifecycle(
  { replicaSets }: Pick<Reported, 'replicaSets'>,
  { lifecycle, applied }: StepContext,
  workload: { namespace: string; name: string },
): EffectiveLifecycle {
  const rendered = new Set(replicaSets.map(keyOf));
  const others = containing(remainingReplicaSets(applied), workload.namespace).filter(
    (replicaSet) => !rendered.has(keyOf(replicaSet)),
  );
  return others.length === 0 ? lifecycle : effectiveLifecycle([...replicaSets, ...others], workload);
}

/** The lifecycle in the status while nothing is written. A status that was lost, as in a backup, is replaced by what is on the hub. */
function knownLifecycle(
  deployment: WorkloadDeployment,
  applied: readonly ReplicaSetState[],
): EffectiveLifecycle | undefined {
  const { effectiveLifecycle: known, workload = workloadOf(deployment) } = deployment.status ?? {};
  const replicaSets = containing(remainingReplicaSets(applied), workload.namespace);
  return known ?? (replicaSets.length === 0 ? undefined : effectiveLifecycle(replicaSets, workload));
}

/** The Workload that is applied. A render without a ManifestWorkReplicaSet changes nothing on the spokes. */
function appliedWorkload({ deployment, rendersWorks, applied }: StepContext): { namespace: string; name: string } {
  const isKept = !rendersWorks && remainingReplicaSets(applied).length > 0;
  return (isKept ? deployment.status?.workload : undefined) ?? workloadOf(deployment);
}

function remainingReplicaSets(applied: readonly ReplicaSetState[]): ManifestWorkReplicaSet[] {
  return applied.map(({ replicaSet }) => replicaSet).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

function workloadOf(deployment: WorkloadDeployment): { namespace: string; name: string } {
  return { namespace: spokeNamespace(deployment), name: deployment.spec.workload.name };
}
