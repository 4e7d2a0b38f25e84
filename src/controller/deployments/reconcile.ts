import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf } from '../../api/object.ts';
import type { OtherObject, WorkloadDeployment } from '../../api/workload-deployment.ts';
import { renderDeployment, type DeploymentRender, type RenderSources } from '../../catalog/render-deployment.ts';
import { withoutForeignText } from '../../domain/status/foreign-text.ts';
import type { Severities } from '../../domain/admission/rule.ts';
import { acknowledgeAnnotation } from '../../domain/annotations.ts';
import { isForeign } from '../../domain/render/ownership.ts';
import { outcomeOf, outcomeWithoutStep, type StepOutcome } from '../../domain/status/deployment-outcome.ts';
import { unplacedSince } from '../../domain/spoke/unplaced.ts';
import { deploymentStatus, type DeploymentOutcome } from '../../domain/status/deployment-status.ts';
import type { Client } from '../../kube/client/client.ts';
import type { Log } from '../../log.ts';
import type { Reconcile, Requeue } from '../../kube/queue/loop.ts';
import { createAppliedSnapshots } from '../applied-snapshots.ts';
import type { ControllerCaches } from '../caches.ts';
import type { KnownOrphans } from '../orphans/known-orphans.ts';
import { leftOfRemovedKinds, otherObjectsOf, withRemovedKinds } from '../other-kinds/removed-kinds.ts';
import { PersistentErrors } from '../persistent-errors.ts';
import { hasReplicaSet, reportLeftClusters } from '../left-clusters.ts';
import { addFinalizer, hasFinalizer } from '../finalizer.ts';
import type { AppliedReplicaSets } from './applied-replica-sets.ts';
import { guardAndApply, type ApplyContext } from './apply.ts';
import { ApplyGuard } from './apply-guard.ts';
import { finalizeDeployment } from './finalize.ts';
import { missingWorksOf } from './missing-works.ts';
import { lockPriority, NamespaceLocks, type AcquireLocks } from './locks.ts';
import { appliedStates, reportedState } from './observed-state.ts';
import type { WrittenNamespaces } from '../written-namespaces.ts';
import { deleteOrphansOf } from '../orphans/of-deployment.ts';
import { releaseBlockOf, type Release } from './release-guard.ts';
import { isReplicaSet } from './plan.ts';
import { stampReferences } from './stamp-references.ts';
import { writeDeploymentStatus } from './status.ts';

export interface DeploymentOptions extends RenderSources {
  client: Client;
  log: Log;
  caches: ControllerCaches;
  /** The configured severities of rules. They apply at the apply enforcement point too. */
  severities: Severities;
  protectedNamespaces: readonly string[];
  /** Milliseconds since the epoch. */
  now: () => number;
  /** How long a deployment without ManifestWorks reserves its names against other hub namespaces. */
  reservationMs: number;
  appliedReplicaSets: AppliedReplicaSets;
  writtenNamespaces: WrittenNamespaces;
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. */
  installation: string;
  knownOrphans: KnownOrphans;
  /** Adds the key `namespace/name` of a deployment to the work queue. */
  requeue: (key: string) => void;
}

type Context = DeploymentOptions & ApplyContext & { guard: ApplyGuard };

/** When to try to get the locks again, in case the call of `requeue` is lost. */
const lockBackoff = { fromMs: 30_000, toMs: 120_000 };

/** Reconciles one WorkloadDeployment: adds the finalizer, renders, acquires the locks, applies, prunes, writes the status. */
export function createDeploymentReconcile(options: DeploymentOptions): Reconcile {
  const { caches, tools, requeue, now, appliedReplicaSets, installation } = options;
  const guard = new ApplyGuard(options);
  const snapshots = createAppliedSnapshots(tools.hash);
  const context = { ...options, snapshots, persistentErrors: new PersistentErrors(now), guard };
  const locks = new NamespaceLocks(requeue);
  return (key) =>
    locks.run(key, async (acquire) => {
      const [namespace = '', name = ''] = key.split('/');
      const deployment = caches.deployments.get(namespace, name);
      if (deployment === undefined) {
        const releaseBlock = (release: Release) => releaseBlockOf(release, acquire, context);
        return deleteOrphansOf(key, { ...options, releaseBlock });
      }
      if (deployment.metadata.deletionTimestamp !== undefined) {
        // Read when the block is needed: finalizing lists what the cache of a new leader lacks.
        const ours = () => appliedReplicaSets.of(key).filter((object) => !isForeign(object, installation));
        const releaseBlock = () => releaseBlockOf({ owner: deployment, replicaSets: ours() }, acquire, context);
        return finalizeDeployment(deployment, { ...options, releaseBlock });
      }
      return applyDeployment(deployment, context, acquire);
    });
}

async function applyDeployment(
  deployment: WorkloadDeployment,
  context: Context,
  acquire: AcquireLocks,
): Promise<void | Requeue> {
  const { client, caches, appliedReplicaSets, guard } = context;
  if (!hasFinalizer(deployment)) {
    // The watch event of this write leads to the next reconcile.
    await addFinalizer(client, workloadDeployments, deployment);
    return undefined;
  }
  await appliedReplicaSets.prime(client);
  // CUE may be busy, so the render is complete before any lock is held.
  const rendered = await renderDeployment(deployment, context);
  const { namespace, name, resourceVersion } = deployment.metadata;
  // If the deployment has changed meanwhile, its watch event leads to the next reconcile. The same is true for its refs.
  if (caches.deployments.get(namespace, name)?.metadata.resourceVersion !== resourceVersion) return undefined;
  // Deployments of the same namespace on the spokes are applied one at a time, so that each sees what the previous one applied.
  if (!acquire(lockPriority(deployment), guard.affectedNamespaces(deployment, rendered))) {
    return { backoff: lockBackoff };
  }
  const hadReplicaSet = hasReplicaSet(deployment, context);
  const left = await leftOfRemovedKinds(deployment, context);
  const { outcome, ...requeue } = await applyRender(deployment, rendered, left, context);
  const times = await timesOf(deployment, context);
  const otherObjects = otherObjectsOf(deployment, caches, left);
  const result = { ...resultOf(deployment, rendered), ...outcome, ...times, otherObjects };
  const { systemNamespace } = context.catalog;
  const shown = withoutForeignText(result, { namespace: deployment.metadata.namespace ?? '', systemNamespace });
  const status = deploymentStatus(shown, deployment.status);
  await writeDeploymentStatus(client, deployment, status);
  await reportLeftClusters(deployment, hadReplicaSet, context);
  if (rendered.state === 'resolved') await stampReferences(client, deployment, rendered);
  return Object.keys(requeue).length === 0 ? undefined : requeue;
}

/** Since when ManifestWorks do not exist, or are missing, for the status. A ManifestWork that is being deleted exists. */
async function timesOf(
  deployment: WorkloadDeployment,
  context: Context,
): Promise<Pick<DeploymentOutcome, 'unplacedSince' | 'missingWorks'>> {
  const { caches, appliedReplicaSets, now } = context;
  const applied = appliedStates(appliedReplicaSets.of(keyOf(deployment)), caches);
  const since = unplacedSince(deployment, {
    hasManifestWork: applied.some(({ manifestWorks }) => manifestWorks.length > 0),
    now: new Date(now()).toISOString(),
  });
  const missing = await missingWorksOf(deployment, applied, context);
  return {
    ...(since === undefined ? {} : { unplacedSince: since }),
    ...(missing === undefined ? {} : { missingWorks: missing }),
  };
}

/** Applies a render. Without one, nothing is written on the hub. */
async function applyRender(
  deployment: WorkloadDeployment,
  rendered: DeploymentRender,
  left: readonly OtherObject[],
  context: Context,
): Promise<StepOutcome> {
  const { caches, appliedReplicaSets, now } = context;
  const applied = () => appliedStates(appliedReplicaSets.of(keyOf(deployment)), caches);
  const outcomeOfFailure = (failure: { reason: string }) => {
    const reported = reportedState(appliedReplicaSets.of(keyOf(deployment)), caches);
    return outcomeWithoutStep(failure, reported, { deployment, applied: applied() });
  };
  if (rendered.state === 'unresolved') return outcomeOfFailure(rendered);
  const { render } = rendered;
  if (!render.ok) return outcomeOfFailure(render);
  const step = withRemovedKinds(await guardAndApply(deployment, { ...rendered, render }, context), left);
  const { lifecycle, objects } = render;
  return outcomeOf(
    step,
    { deployment, lifecycle, rendersWorks: objects.some(isReplicaSet), applied: applied() },
    now(),
  );
}

/** The results of resolving and rendering, for the status. */
function resultOf(
  { metadata: { generation, annotations } }: WorkloadDeployment,
  rendered: DeploymentRender,
): Omit<DeploymentOutcome, keyof StepOutcome['outcome'] | 'unplacedSince' | 'missingWorks'> {
  const acknowledgement = annotations?.[acknowledgeAnnotation];
  const base = { generation, ...(acknowledgement === undefined ? {} : { acknowledgement }) };
  if (rendered.state === 'unresolved') {
    const { reason, message } = rendered;
    return { ...base, resolved: { ok: false, reason, message } };
  }
  const { environment, workloadProfile, render } = rendered;
  return { ...base, resolved: { ok: true }, environment, workloadProfile, rendered: render.ok ? { ok: true } : render };
}
