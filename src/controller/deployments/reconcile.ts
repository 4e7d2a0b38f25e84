import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { renderDeployment, type DeploymentRender, type RenderSources } from '../../catalog/render-deployment.ts';
import type { Severities } from '../../domain/admission/rule.ts';
import { acknowledgeAnnotation } from '../../domain/annotations.ts';
import { outcomeOf, outcomeWithoutStep, type StepOutcome } from '../../domain/status/deployment-outcome.ts';
import { deploymentStatus, type DeploymentOutcome } from '../../domain/status/deployment-status.ts';
import type { Client } from '../../kube/client/client.ts';
import type { Reconcile } from '../../kube/queue/loop.ts';
import { createAppliedSnapshots } from '../applied-snapshots.ts';
import type { ControllerCaches } from '../caches.ts';
import { PersistentErrors } from '../persistent-errors.ts';
import { addFinalizer, hasFinalizer } from '../finalizer.ts';
import type { AppliedReplicaSets } from './applied-replica-sets.ts';
import { guardAndApply, type ApplyContext } from './apply.ts';
import { ApplyGuard } from './apply-guard.ts';
import { finalizeDeployment } from './finalize.ts';
import { lockPriority, NamespaceLocks } from './locks.ts';
import { appliedStates, cachedReplicaSets, reportedState } from './observed-state.ts';
import { stampReferences } from './stamp-references.ts';
import { writeDeploymentStatus } from './status.ts';

export interface DeploymentOptions extends RenderSources {
  client: Client;
  caches: ControllerCaches;
  /** The configured severities of rules. They apply at the apply enforcement point too. */
  severities: Severities;
  /** Milliseconds since the epoch. */
  now: () => number;
  appliedReplicaSets: AppliedReplicaSets;
}

type Context = DeploymentOptions & ApplyContext;

/** When to reconcile again if the deployment affects other namespaces after it has waited for the locks. */
const lockSetChangedRetryMs = 10;

/** Reconciles one WorkloadDeployment: adds the finalizer, acquires the locks, renders, applies, prunes, writes the status. */
export function createDeploymentReconcile(options: DeploymentOptions): Reconcile {
  const { client, caches, tools, appliedReplicaSets, now } = options;
  const guard = new ApplyGuard(options);
  const snapshots = createAppliedSnapshots(tools.hash);
  const persistentErrors = new PersistentErrors(now);
  const context = { ...options, snapshots, persistentErrors, guard };
  const locks = new NamespaceLocks();
  return async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const deployment = caches.deployments.get(namespace, name);
    if (deployment === undefined) return undefined;
    if (deployment.metadata.deletionTimestamp !== undefined) {
      return finalizeDeployment(deployment, { client, caches, hash: tools.hash });
    }
    if (!hasFinalizer(deployment)) {
      // The watch event of this write leads to the next reconcile.
      await addFinalizer(client, workloadDeployments, deployment);
      return undefined;
    }
    await appliedReplicaSets.prime(client);
    // Deployments of the same namespace on the spokes are applied one at a time, so that each sees what the previous one applied.
    const namespaces = guard.affectedNamespaces(deployment, await renderDeployment(deployment, options));
    return locks.run(namespaces, lockPriority(deployment), async () => {
      // The deployment and its refs may have changed while it waited for the locks.
      const current = caches.deployments.get(namespace, name);
      if (current === undefined || current.metadata.deletionTimestamp !== undefined) return undefined;
      const rendered = await renderDeployment(current, options);
      const affected = guard.affectedNamespaces(current, rendered);
      if (!affected.every((each) => namespaces.includes(each))) return { requeueAfterMs: lockSetChangedRetryMs };
      const { outcome, requeueAfterMs } = await applyRender(current, rendered, context);
      const status = deploymentStatus({ ...resultOf(current, rendered), ...outcome }, current.status);
      await writeDeploymentStatus(client, current, status);
      if (rendered.state === 'resolved') await stampReferences(client, current);
      return requeueAfterMs === undefined ? undefined : { requeueAfterMs };
    });
  };
}

/** Applies a render. Without one, nothing is written on the hub. */
async function applyRender(
  deployment: WorkloadDeployment,
  rendered: DeploymentRender,
  context: Context,
): Promise<StepOutcome> {
  const { caches, appliedReplicaSets, now } = context;
  const applied = () => appliedStates(appliedReplicaSets.of(keyOf(deployment)), caches);
  const outcomeOfFailure = (failure: { reason: string }) => {
    const reported = reportedState(cachedReplicaSets(deployment, caches), caches);
    return outcomeWithoutStep(failure, reported, { deployment, applied: applied() });
  };
  if (rendered.state === 'unresolved') return outcomeOfFailure(rendered);
  const { render } = rendered;
  if (!render.ok) return outcomeOfFailure(render);
  const step = await guardAndApply(deployment, { ...rendered, render }, context);
  return outcomeOf(step, { deployment, lifecycle: render.lifecycle, applied: applied() }, now());
}

/** The results of resolving and rendering, for the status. */
function resultOf(
  { metadata: { generation, annotations } }: WorkloadDeployment,
  rendered: DeploymentRender,
): Omit<DeploymentOutcome, keyof StepOutcome['outcome']> {
  const acknowledgement = annotations?.[acknowledgeAnnotation];
  const base = { generation, ...(acknowledgement === undefined ? {} : { acknowledgement }) };
  if (rendered.state === 'unresolved') {
    const { reason, message } = rendered;
    return { ...base, resolved: { ok: false, reason, message } };
  }
  const { environment, workloadProfile, render } = rendered;
  return { ...base, resolved: { ok: true }, environment, workloadProfile, rendered: render.ok ? { ok: true } : render };
}
