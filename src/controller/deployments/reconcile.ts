import { workloadDeployments } from '../../api/kinds.ts';
import { isJsonObject, keyOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements, type ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { EffectiveLifecycle, WorkloadDeployment } from '../../api/workload-deployment.ts';
import { acknowledgeAnnotation } from '../../domain/annotations.ts';
import type { Severities } from '../../domain/admission/rule.ts';
import { deploymentStatus, type DeploymentOutcome } from '../../domain/status/deployment-status.ts';
import { renderDeployment, type DeploymentRender, type RenderSources } from '../../catalog/render-deployment.ts';
import { planHub, type HubPlan } from '../../domain/render/hub-plan.ts';
import { isContained } from '../../domain/json/json-subset.ts';
import type { HubObject } from '../../domain/render/hub-objects.ts';
import { spokeNamespace } from '../../domain/render/work-manifests.ts';
import { isComplete, workProgress, type WorkProgress } from '../../domain/spoke/work-progress.ts';
import type { Client } from '../../kube/client/client.ts';
import type { Reconcile } from '../../kube/queue/loop.ts';
import { addFinalizer, hasFinalizer } from '../finalizer.ts';
import { createAppliedSnapshots, type AppliedSnapshots } from '../applied-snapshots.ts';
import { applyToHub, resourceOf, type ApplyFailure } from '../hub-writer.ts';
import type { ControllerCaches } from '../caches.ts';
import { orphanUnconfirmedClusters } from './observed-state.ts';
import { createAppliedReplicaSets, type AppliedReplicaSets } from './applied-replica-sets.ts';
import { lockPriority } from './peers.ts';
import { ApplyGuard } from './apply-guard.ts';
import type { Rendered } from './desired-state.ts';
import { NamespaceLocks } from './locks.ts';
import { ownReplicaSets, presentOnHub, replicaSetState } from './hub-state.ts';
import { releaseDeployment } from './finalize.ts';
import { stampReferences } from './stamp-references.ts';
import { writeDeploymentStatus } from './status.ts';
import type { Violation } from '../../domain/violation.ts';

export interface DeploymentOptions extends RenderSources {
  client: Client;
  caches: ControllerCaches;
  /** What a platform team has set for rules, which are applied here once more. */
  severities: Severities;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long OCM may take to look at a new ManifestWorkReplicaSet before something must be wrong with it. */
const ocmResponseTimeoutMs = 30_000;

/** When to try again what is held by something that is not watched, such as a namespace that is missing. */
const blockedRetryMs = 10_000;

/** When to begin anew after a deployment came to concern other namespaces while it waited for its turn. */
const lockSetChangedRetryMs = 10;

/** Why a render failed that may go well the next time, though nothing has changed: a busy machine, an engine that broke. */
const retryableReasons: ReadonlySet<string> = new Set(['DeadlineExceeded', 'OutOfMemory', 'EngineFailed']);

/** Makes what is on the hub fit one WorkloadDeployment. */
export function createDeploymentReconcile(options: DeploymentOptions): Reconcile {
  const { client, caches, tools } = options;
  const works = createAppliedReplicaSets(caches);
  const parts: Parts = {
    ...options,
    answers: createAppliedSnapshots(tools.hash),
    works,
    secondLine: new ApplyGuard({ ...options, works }),
  };
  const turns = new NamespaceLocks();
  return async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const deployment = caches.deployments.get(namespace, name);
    if (deployment === undefined) return undefined;
    if (deployment.metadata.deletionTimestamp !== undefined) return releaseDeployment(client, deployment, tools.hash);
    if (!hasFinalizer(deployment)) {
      // The informer brings the newer object, and with it the next turn.
      await addFinalizer(client, workloadDeployments, deployment);
      return undefined;
    }
    await parts.works.prime(client);
    const first = await renderDeployment(deployment, options);
    // One at a time in a namespace on the spokes, so that each sees what the one before it has made there.
    const namespaces = parts.secondLine.affectedNamespaces(deployment, first);
    return turns.run(namespaces, lockPriority(deployment), async () => {
      // A turn may be long in coming, and what was read before it no longer true.
      const current = caches.deployments.get(namespace, name);
      if (current === undefined || current.metadata.deletionTimestamp !== undefined) return undefined;
      const rendered = await renderDeployment(current, options);
      const concerned = parts.secondLine.affectedNamespaces(current, rendered);
      if (!concerned.every((each) => namespaces.includes(each))) return { requeueAfterMs: lockSetChangedRetryMs };
      const again = await reconcileResolved(current, rendered, parts);
      if (rendered.state === 'resolved') await stampReferences(client, current);
      return again;
    });
  };
}

interface Parts extends DeploymentOptions {
  answers: AppliedSnapshots;
  works: AppliedReplicaSets;
  secondLine: ApplyGuard;
}

/** Applies a render, removes what is no longer wanted once that is safe, and writes the status. */
async function reconcileResolved(
  deployment: WorkloadDeployment,
  rendered: DeploymentRender,
  options: Parts,
): Promise<void | { requeueAfterMs: number }> {
  const { client, caches } = options;
  const acknowledgement = deployment.metadata.annotations?.[acknowledgeAnnotation];
  const base: Base = {
    generation: deployment.metadata.generation,
    ...(acknowledgement === undefined ? {} : { acknowledgement }),
  };
  const write = (outcome: DeploymentOutcome) =>
    writeDeploymentStatus(client, deployment, deploymentStatus(outcome, deployment.status));
  if (rendered.state === 'resolved' && rendered.render.ok) {
    const { outcome, requeueAfterMs } = await applyRender(
      deployment,
      { ...rendered, render: rendered.render },
      options,
    );
    await write({ ...base, ...outcome });
    return requeueAfterMs === undefined ? undefined : { requeueAfterMs };
  }
  const replicaSets = sorted(ownReplicaSets(deployment, caches));
  const nothing = { replicaSets, progress: progressOf(replicaSets, caches), ...untouched };
  if (rendered.state === 'unresolved') {
    const { reason, message } = rendered;
    await write({ ...base, ...nothing, resolved: { ok: false, reason, message } });
    return undefined;
  }
  const { environment, workloadProfile, render } = rendered;
  await write({ ...base, ...nothing, resolved: { ok: true }, environment, workloadProfile, rendered: render });
  return !render.ok && retryableReasons.has(render.reason) ? { requeueAfterMs: blockedRetryMs } : undefined;
}

type Base = Pick<DeploymentOutcome, 'generation' | 'acknowledgement'>;

/** What a status tells of works that nothing was done to. */
const untouched = { supersededOn: [], terminating: [], pruning: [], upToDate: false, notReconciledByOcm: false };

/** Makes the hub fit a render, as far as the second line lets it. */
async function applyRender(
  deployment: WorkloadDeployment,
  rendered: Rendered,
  options: Parts,
): Promise<{ outcome: Omit<DeploymentOutcome, keyof Base>; requeueAfterMs?: number }> {
  const { client, caches, tools, now, answers, works } = options;
  const { environment, workloadProfile, render } = rendered;
  const present = presentOnHub(deployment, render.objects, caches);
  const plan = planHub(render.objects, { ...present, isAnswer: answers.matches }, tools.hash);
  const refused = await applyingHeld(deployment, rendered, plan, options);
  const { failure, changed } =
    refused === undefined
      ? await applyToHub(client, plan, answers, (written) => works.remember(written))
      : { failure: refused, changed: false };
  const wanted = wantedReplicaSets(render.objects, works);
  // What is held is as it was, and so is what the status has to tell of it.
  const replicaSets = sorted(refused !== undefined ? ownReplicaSets(deployment, caches) : wanted);
  const missing = render.objects.filter(isReplicaSet).length > wanted.length;
  const progress = progressOf(replicaSets, caches);
  const isThere = failure === undefined && !changed && !missing && plan.terminating.length === 0;
  const settled = isThere && isComplete(progress);
  const stays =
    settled && plan.prune.length > 0
      ? await removalHeld(deployment, rendered, plan.prune, progress, options)
      : undefined;
  if (settled && stays === undefined) await removeStale(client, plan.prune, works);
  const held = failure ?? stays;
  const waitMs = ocmResponseWait(replicaSets, now());
  const outcome = {
    resolved: { ok: true } as const,
    environment,
    workloadProfile,
    rendered: { ok: true } as const,
    // What is applied still does what the status said before.
    ...(failure === undefined ? { lifecycle: render.lifecycle, workload: workloadOf(deployment) } : {}),
    ...(held === undefined ? {} : { blocked: held }),
    replicaSets,
    progress,
    supersededOn: supersededClusters(deployment, replicaSets, options),
    ...orphanConfirmation(
      deployment,
      failure === undefined ? render.lifecycle : deployment.status?.effectiveLifecycle,
      options,
    ),
    terminating: namesOf(plan.terminating),
    pruning: settled && stays === undefined ? namesOf(plan.prune) : [],
    upToDate: failure === undefined && !missing && plan.terminating.length === 0 && plan.prune.length === 0,
    notReconciledByOcm: waitMs === 0,
  };
  if (held !== undefined) return { outcome, requeueAfterMs: blockedRetryMs };
  return waitMs === undefined || waitMs === 0 ? { outcome } : { outcome, requeueAfterMs: waitMs };
}

/** Why what a plan applies is not applied, if a rule stands against it. */
async function applyingHeld(
  deployment: WorkloadDeployment,
  rendered: Rendered,
  plan: HubPlan,
  { caches, secondLine }: Parts,
): Promise<ApplyFailure | undefined> {
  // A name that is taken is told first: nothing is written over it anyway.
  if (plan.apply.length === 0 || plan.conflicts.length > 0) return undefined;
  const planned = {
    replaces: plan.prune.some(isReplicaSet),
    selectsAnew: plan.apply.some((object) => object.kind === placements.kind && selectsOtherwise(object, caches)),
  };
  return holdOf(await secondLine.violationsOfApply(deployment, rendered, planned));
}

/** Where a namespace that is to be kept may still go. */
function orphanConfirmation(
  deployment: WorkloadDeployment,
  lifecycle: EffectiveLifecycle | undefined,
  { works, caches }: Parts,
): Pick<DeploymentOutcome, 'orphanUnconfirmedOn'> {
  const { create, orphan } = lifecycle?.spokeNamespace ?? {};
  if (create !== true || orphan !== true) return {};
  const { namespace } = deployment.status?.workload ?? workloadOf(deployment);
  return { orphanUnconfirmedOn: orphanUnconfirmedClusters(namespace, works.of(keyOf(deployment)), caches) };
}

/** Clusters that works of a deployment are on which others are to take the place of. */
function supersededClusters(
  deployment: WorkloadDeployment,
  replicaSets: readonly ManifestWorkReplicaSet[],
  { works, caches }: Parts,
): string[] {
  const told = new Set(replicaSets.map(keyOf));
  return progressOf(
    works.of(keyOf(deployment)).filter((work) => !told.has(keyOf(work))),
    caches,
  ).selectedClusters;
}

/** Why works that the render no longer has are not removed: on a cluster that is left, a namespace would go with them. */
async function removalHeld(
  deployment: WorkloadDeployment,
  rendered: Rendered,
  stale: readonly KubeObject[],
  progress: WorkProgress,
  { secondLine, works }: Parts,
): Promise<ApplyFailure | undefined> {
  const names = new Set(stale.filter(isReplicaSet).map(keyOf));
  const old = works.of(keyOf(deployment)).filter((work) => names.has(keyOf(work)));
  return holdOf(await secondLine.violationsOfPrune(deployment, rendered, old, progress.selectedClusters));
}

/** The first denial as the reason, and all of them as the message. */
function holdOf(denials: readonly Violation[]): ApplyFailure | undefined {
  const [first] = denials;
  if (first === undefined) return undefined;
  return { reason: first.code, message: `${denials.map(({ message }) => message).join('\n')}; what is applied stays` };
}

function workloadOf(deployment: WorkloadDeployment): { namespace: string; name: string } {
  return { namespace: spokeNamespace(deployment), name: deployment.spec.workload.name };
}

/** Whether a Placement that is about to be written differs from the one that is there in what it selects. */
function selectsOtherwise({ metadata, ...wanted }: HubObject, { placements: cached }: ControllerCaches): boolean {
  const present = cached.get(metadata.namespace, metadata.name);
  if (present === undefined) return false;
  const spec = 'spec' in wanted && isJsonObject(wanted.spec) ? wanted.spec : {};
  // The hub fills in other fields by itself.
  const lost = selectingFields.some((field) => present.spec[field] !== undefined && spec[field] === undefined);
  return lost || !isContained(spec, present.spec);
}

const selectingFields = ['clusterSets', 'numberOfClusters', 'predicates', 'tolerations'] as const;

function isReplicaSet({ kind }: { kind: string }): boolean {
  return kind === manifestWorkReplicaSets.kind;
}

function wantedReplicaSets(wanted: readonly HubObject[], works: AppliedReplicaSets): ManifestWorkReplicaSet[] {
  return (
    wanted
      .filter(isReplicaSet)
      .map(({ metadata }) => works.get(metadata.namespace, metadata.name))
      .filter((replicaSet) => replicaSet !== undefined)
      // One that is on its way out will be made anew.
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  );
}

function sorted(replicaSets: ManifestWorkReplicaSet[]): ManifestWorkReplicaSet[] {
  return replicaSets.toSorted((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
}

function progressOf(replicaSets: ManifestWorkReplicaSet[], caches: ControllerCaches): WorkProgress {
  return workProgress(replicaSets.map((replicaSet) => replicaSetState(replicaSet, caches)));
}

/** Works first; a Placement only when no work of ours is on its way out, because OCM needs it until then. */
async function removeStale(client: Client, stale: readonly KubeObject[], works: AppliedReplicaSets): Promise<void> {
  const sets = stale.filter(isReplicaSet);
  for (const object of sets.length > 0 ? sets : stale) {
    const { namespace, name, uid, deletionTimestamp } = object.metadata;
    if (deletionTimestamp !== undefined) continue;
    await client.delete(resourceOf(object), { namespace, name }, { uid });
    works.markDeleted(object);
  }
}

function namesOf(objects: readonly KubeObject[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted();
}

/** Ms until a ManifestWorkReplicaSet has waited too long for OCM, 0 if one has; `undefined` if all are looked after. */
function ocmResponseWait(replicaSets: readonly ManifestWorkReplicaSet[], now: number): number | undefined {
  const waits = replicaSets
    .filter(({ status }) => (status?.conditions ?? []).length === 0)
    .map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') + ocmResponseTimeoutMs - now)
    .filter((wait) => !Number.isNaN(wait));
  return waits.length === 0 ? undefined : Math.max(Math.min(...waits), 0);
}
