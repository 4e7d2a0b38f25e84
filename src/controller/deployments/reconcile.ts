import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements, type ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { acknowledgeAnnotation } from '../../domain/annotations.ts';
import type { Violation } from '../../domain/decision.ts';
import type { Severities } from '../../domain/rule.ts';
import { deploymentStatus, type DeploymentOutcome } from '../../domain/deployment-status.ts';
import { renderDeployment, type DeploymentRender, type RenderSources } from '../../domain/deployment-render.ts';
import { planHub } from '../../domain/hub-plan.ts';
import { isContained } from '../../domain/json-subset.ts';
import type { HubObject } from '../../domain/hub-objects.ts';
import { spokeNamespace } from '../../domain/work-manifests.ts';
import { isComplete, workProgress, type WorkProgress } from '../../domain/work-progress.ts';
import type { Client } from '../../kube/client.ts';
import type { Reconcile } from '../../kube/loop.ts';
import { addFinalizer, hasFinalizer } from '../finalizer.ts';
import { createHubAnswers, type HubAnswers } from '../hub-answers.ts';
import { applyToHub, resourceOf, type ApplyFailure } from '../hub-writes.ts';
import type { ControllerCaches } from '../watches.ts';
import { createAppliedWorks, type AppliedWorks } from './applied-works.ts';
import { rankOf, SecondLine } from './second-line.ts';
import { Turns } from './turns.ts';
import { ownReplicaSets, presentOnHub, replicaSetState } from './hub-state.ts';
import { releaseDeployment } from './release.ts';
import { stampReferences } from './stamp-references.ts';
import { writeDeploymentStatus } from './status.ts';

export interface DeploymentOptions extends RenderSources {
  client: Client;
  caches: ControllerCaches;
  /** What a platform team has set for rules, which are applied here once more. */
  severities: Severities;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long OCM may take to look at a new ManifestWorkReplicaSet before something must be wrong with it. */
const attentionMs = 30_000;

/** When to try again what is held by something that is not watched, such as a namespace that is missing. */
const retryHeldMs = 10_000;

/** Why a render failed that may go well the next time, though nothing has changed: a busy machine, an engine that broke. */
const passing: ReadonlySet<string> = new Set(['DeadlineExceeded', 'OutOfMemory', 'EngineFailed']);

/** Makes what is on the hub fit one WorkloadDeployment. */
export function createDeploymentReconcile(options: DeploymentOptions): Reconcile {
  const { client, caches, tools } = options;
  const works = createAppliedWorks(caches);
  const parts: Parts = {
    ...options,
    answers: createHubAnswers(tools.hash),
    works,
    secondLine: new SecondLine({ ...options, works }),
  };
  const turns = new Turns();
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
    const rendered = await renderDeployment(deployment, options);
    // One at a time in a namespace on the spokes, so that each sees what the one before it has made there.
    const namespaces = parts.secondLine.namespacesConcerned(deployment);
    const again = await turns.take(namespaces, rankOf(deployment), () => settle(deployment, rendered, parts));
    if (rendered.state === 'resolved') await stampReferences(client, deployment);
    return again;
  };
}

interface Parts extends DeploymentOptions {
  answers: HubAnswers;
  works: AppliedWorks;
  secondLine: SecondLine;
}

/** Applies a render, removes what is no longer wanted once that is safe, and writes the status. */
async function settle(
  deployment: WorkloadDeployment,
  rendered: DeploymentRender,
  options: Parts,
): Promise<void | { requeueAfterMs: number }> {
  const { client, caches, tools, now, answers, works, secondLine } = options;
  const acknowledgement = deployment.metadata.annotations?.[acknowledgeAnnotation];
  const base = {
    generation: deployment.metadata.generation,
    removing: [],
    unattended: false,
    ...(acknowledgement === undefined ? {} : { acknowledgement }),
  };
  const write = (outcome: DeploymentOutcome) =>
    writeDeploymentStatus(client, deployment, deploymentStatus(outcome, deployment.status));

  if (rendered.state === 'unresolved') {
    const { reason, message } = rendered;
    const replicaSets = sorted(ownReplicaSets(deployment, caches));
    await write({
      ...base,
      resolved: { ok: false, reason, message },
      replicaSets,
      progress: progressOf(replicaSets, caches),
    });
    return undefined;
  }
  const { environment, workloadProfile, render } = rendered;
  const resolved = { ...base, resolved: { ok: true } as const, environment, workloadProfile };
  if (!render.ok) {
    const replicaSets = sorted(ownReplicaSets(deployment, caches));
    await write({ ...resolved, rendered: render, replicaSets, progress: progressOf(replicaSets, caches) });
    return passing.has(render.reason) ? { requeueAfterMs: retryHeldMs } : undefined;
  }
  const ok = { ...rendered, render };
  const present = presentOnHub(deployment, render.objects, caches);
  const plan = planHub(render.objects, { ...present, isAnswer: answers.isAnswer }, tools.hash);
  const planned = {
    replaces: plan.stale.some(isReplicaSet),
    selectsAnew: plan.apply.some((object) => object.kind === placements.kind && selectsOtherwise(object, caches)),
  };
  // A name that is taken is told first: nothing is written over it anyway.
  const isWritten = plan.apply.length > 0 && plan.taken.length === 0;
  const refused = isWritten ? holdOf(await secondLine.againstApplying(deployment, ok, planned)) : undefined;
  const { failure, changed } =
    refused === undefined
      ? await applyToHub(client, plan, answers, (written) => works.remember(written))
      : { failure: refused, changed: false };
  const wanted = wantedReplicaSets(render.objects, works);
  // What is held is as it was, and so is what the status has to tell of it.
  const replicaSets = sorted(refused !== undefined ? ownReplicaSets(deployment, caches) : wanted);
  const missing = render.objects.filter(isReplicaSet).length > wanted.length;
  const progress = progressOf(replicaSets, caches);
  const settled = failure === undefined && !changed && !missing && isComplete(progress);
  const stays =
    settled && plan.stale.length > 0 ? await removalHeld(deployment, ok, plan.stale, progress, options) : undefined;
  if (settled && stays === undefined) await removeStale(client, plan.stale);
  const held = failure ?? stays;
  const waitMs = attentionWait(replicaSets, now());
  await write({
    ...resolved,
    rendered: { ok: true },
    // What is applied still does what the status said before.
    ...(failure === undefined ? { lifecycle: render.lifecycle, workload: workloadOf(deployment) } : {}),
    ...(held === undefined ? {} : { held }),
    replicaSets,
    progress,
    removing:
      settled && stays === undefined
        ? plan.stale.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted()
        : [],
    unattended: waitMs === 0,
  });
  if (held !== undefined) return { requeueAfterMs: retryHeldMs };
  return waitMs === undefined || waitMs === 0 ? undefined : { requeueAfterMs: waitMs };
}

/** Why works that the render no longer has are not removed: on a cluster that is left, a namespace would go with them. */
async function removalHeld(
  deployment: WorkloadDeployment,
  rendered: Parameters<SecondLine['againstRemoving']>[1],
  stale: readonly KubeObject[],
  progress: WorkProgress,
  { secondLine, works }: Parts,
): Promise<ApplyFailure | undefined> {
  const names = new Set(stale.filter(isReplicaSet).map(keyOf));
  const old = works.of(keyOf(deployment)).filter((work) => names.has(keyOf(work)));
  return holdOf(await secondLine.againstRemoving(deployment, rendered, old, progress.selected));
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
  return present !== undefined && !isContained(fieldsOf(wanted), present.spec);
}

function fieldsOf(object: object): unknown {
  return 'spec' in object ? object.spec : {};
}

function isReplicaSet({ kind }: { kind: string }): boolean {
  return kind === manifestWorkReplicaSets.kind;
}

function wantedReplicaSets(wanted: readonly HubObject[], works: AppliedWorks): ManifestWorkReplicaSet[] {
  return wanted
    .filter(isReplicaSet)
    .map(({ metadata }) => works.get(metadata.namespace, metadata.name))
    .filter((replicaSet) => replicaSet !== undefined);
}

function sorted(replicaSets: ManifestWorkReplicaSet[]): ManifestWorkReplicaSet[] {
  return replicaSets.toSorted((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
}

function progressOf(replicaSets: ManifestWorkReplicaSet[], caches: ControllerCaches): WorkProgress {
  return workProgress(replicaSets.map((replicaSet) => replicaSetState(replicaSet, caches)));
}

/** Works first; a Placement only when no work of ours is on its way out, because OCM needs it until then. */
async function removeStale(client: Client, stale: readonly KubeObject[]): Promise<void> {
  const works = stale.filter(isReplicaSet);
  for (const object of works.length > 0 ? works : stale) {
    const { namespace, name, uid, deletionTimestamp } = object.metadata;
    if (deletionTimestamp === undefined) await client.delete(resourceOf(object), { namespace, name }, { uid });
  }
}

/** Ms until a ManifestWorkReplicaSet has waited too long for OCM, 0 if one has; `undefined` if all are looked after. */
function attentionWait(replicaSets: readonly ManifestWorkReplicaSet[], now: number): number | undefined {
  const waits = replicaSets
    .filter(({ status }) => (status?.conditions ?? []).length === 0)
    .map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') + attentionMs - now)
    .filter((wait) => !Number.isNaN(wait));
  return waits.length === 0 ? undefined : Math.max(Math.min(...waits), 0);
}
