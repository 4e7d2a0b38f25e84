import { isRuleBlock } from '../../domain/applied-reasons.ts';
import { keyOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, type ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { hubNamespaceBlock } from '../../domain/render/hub-namespace-block.ts';
import { deploymentOf, deploymentSelector } from '../../domain/render/render-identity.ts';
import type { HubObject } from '../../domain/render/hub-objects.ts';
import type { RenderTools } from '../../domain/render/workload-render.ts';
import { isComplete } from '../../domain/spoke/work-progress.ts';
import type { ApplyStep, Block } from '../../domain/status/deployment-outcome.ts';
import type { Violation } from '../../domain/violation.ts';
import type { Client } from '../../kube/client/client.ts';
import type { AppliedSnapshots } from '../applied-snapshots.ts';
import type { ControllerCaches } from '../caches.ts';
import { deleteFromHub } from '../delete-from-hub.ts';
import type { HubFailure } from '../hub-refusal.ts';
import { applyToHub } from '../hub-writer.ts';
import { listOwned } from '../list-owned.ts';
import { byResource } from '../other-kinds/rendered-kind.ts';
import type { PersistentErrors } from '../persistent-errors.ts';
import type { WrittenNamespaces } from '../written-namespaces.ts';
import type { AppliedReplicaSets } from './applied-replica-sets.ts';
import type { ApplyGuard } from './apply-guard.ts';
import { confirmExists, takenNames, withLiveVersions } from './confirm-live.ts';
import type { Rendered } from './desired-state.ts';
import { reportedState } from './observed-state.ts';
import { isOfOcm, isReplicaSet, planDeployment, type DeploymentPlan } from './plan.ts';

export interface ApplyContext {
  client: Client;
  caches: ControllerCaches;
  tools: Pick<RenderTools, 'hash' | 'settings'>;
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. */
  installation: string;
  snapshots: AppliedSnapshots;
  persistentErrors: PersistentErrors;
  appliedReplicaSets: AppliedReplicaSets;
  writtenNamespaces: Pick<WrittenNamespaces, 'remember'>;
  guard: Pick<ApplyGuard, 'violationsOfApply' | 'violationsOfMeeting' | 'violationsOfPrune' | 'violationsOnHub'>;
}

/**
 * Applies a render unless a rule denies it. Once it is applied on every cluster, deletes the objects that it replaces, unless a
 * rule denies that.
 */
export async function guardAndApply(
  deployment: WorkloadDeployment,
  rendered: Rendered,
  context: ApplyContext,
): Promise<ApplyStep> {
  const { client, caches, tools, snapshots, persistentErrors, appliedReplicaSets, writtenNamespaces } = context;
  const { objects } = rendered.render;
  await confirmMissing(deployment, context);
  const plan = planDeployment(deployment, objects, {
    caches,
    snapshots,
    hash: tools.hash,
    installation: context.installation,
  });
  const denied =
    hubNamespaceBlock(objects, {
      environment: rendered.environment,
      allowed: rendered.allowedHubNamespaces,
      shared: tools.settings.sharedHubNamespaces,
    }) ?? (await guardApply(deployment, rendered, plan, context));
  // Nothing is written, so the status reports the ManifestWorkReplicaSets that are on the hub.
  if (denied !== undefined) {
    return {
      kind: 'blocked',
      write: 'apply',
      block: denied,
      ...reportedState(appliedReplicaSets.of(keyOf(deployment)), caches),
    };
  }
  if (plan.apply.some(({ metadata }) => metadata.resourceVersion === undefined))
    await confirmExists(client, deployment);
  const conflicts = plan.conflicts.length > 0 ? plan.conflicts : await takenNames(plan.apply, { client, caches });
  // With a name conflict, nothing is written.
  const apply = conflicts.length > 0 ? [] : await withLiveVersions(plan.apply, { client, caches });
  // Before the write, because a write without a response may have succeeded.
  for (const object of plan.apply) writtenNamespaces.remember(object);
  const remember = (written: KubeObject) => appliedReplicaSets.remember(written);
  const { failure, changed } = await applyToHub(
    { client, caches, snapshots, persistentErrors, onWritten: remember },
    { ...plan, apply, conflicts },
  );
  const present = presentReplicaSets(objects, appliedReplicaSets);
  const report = reportedState(present, caches);
  if (failure !== undefined) return { kind: 'blocked', write: 'apply', block: failure, ...report };
  const isPresent = objects.filter(isReplicaSet).length <= present.length && plan.terminating.length === 0;
  if (changed || !isPresent || !isComplete(report.progress)) {
    return {
      kind: changed ? 'applied' : 'converging',
      terminating: namesOf(plan.terminating),
      isHubUpToDate: isPresent && plan.prune.length === 0,
      ...report,
    };
  }
  if (plan.prune.length === 0) return { kind: 'done', ...report };
  const pruneDenied = await guardPrune(
    deployment,
    rendered,
    { plan, selected: report.progress.selectedClusters },
    context,
  );
  if (pruneDenied !== undefined) return { kind: 'blocked', write: 'prune', block: pruneDenied, ...report };
  const notPruned = await pruneReplaced(plan.prune, context);
  if (notPruned !== undefined) return { kind: 'blocked', write: 'prune', block: notPruned, ...report };
  return { kind: 'pruning', pruning: namesOf(plan.prune), ...report };
}

/**
 * Throws if the cache shows nothing of a deployment that was applied, but its ManifestWorkReplicaSets exist. With such a cache,
 * no rule would see what is applied, and objects would be overwritten without their resourceVersion.
 */
async function confirmMissing(
  deployment: WorkloadDeployment,
  { client, caches, tools, appliedReplicaSets }: ApplyContext,
): Promise<void> {
  const key = keyOf(deployment);
  const namespaces = new Set((deployment.status?.replicaSets ?? []).map(({ namespace }) => namespace));
  if (namespaces.size === 0 || appliedReplicaSets.of(key).length > 0) return;
  const live = await listOwned(client, manifestWorkReplicaSets, {
    namespaces,
    labelSelector: deploymentSelector(key, tools.hash),
    isOwn: (object) => deploymentOf(object) === key,
    cache: caches.replicaSets,
  });
  if (live.length > 0) throw new Error(`the cache lacks ManifestWorkReplicaSets of ${key} that exist on the hub`);
}

async function guardApply(
  deployment: WorkloadDeployment,
  rendered: Rendered,
  { apply, conflicts, replacesReplicaSets, changesSelection, reach }: DeploymentPlan,
  { guard }: ApplyContext,
): Promise<Block | undefined> {
  // A name conflict is reported first: nothing is written in that case anyway.
  if (conflicts.length > 0) return undefined;
  // What conflicts where OCM has led both deployments is shown, even if nothing is to be written.
  const met = reach === 'changed' ? undefined : blockOf(guard.violationsOfMeeting({ deployment, rendered }));
  if (met !== undefined) return met;
  const owned = blockOf(await guard.violationsOnHub({ deployment, rendered }));
  if (owned !== undefined || !apply.some(isOfOcm)) return owned;
  return blockOf(await guard.violationsOfApply({ deployment, rendered, replacesReplicaSets, changesSelection, reach }));
}

async function guardPrune(
  deployment: WorkloadDeployment,
  rendered: Rendered,
  { plan, selected }: { plan: DeploymentPlan; selected: readonly string[] },
  { guard, appliedReplicaSets }: ApplyContext,
): Promise<Block | undefined> {
  const keys = new Set(plan.prune.filter(isReplicaSet).map(keyOf));
  const replaced = appliedReplicaSets.of(keyOf(deployment)).filter((replicaSet) => keys.has(keyOf(replicaSet)));
  return blockOf(await guard.violationsOfPrune({ deployment, rendered, replaced, selected }));
}

/** The reason is the code of the first denial; the message contains all of them. */
function blockOf(denials: readonly Violation[]): Block | undefined {
  const [first] = denials;
  if (first === undefined) return undefined;
  if (!isRuleBlock(first.code)) throw new TypeError(`rule ${first.code} is not enforced at apply`);
  return {
    reason: first.code,
    message: `${denials.map(({ message }) => message).join('\n')}; the applied objects stay unchanged`,
  };
}

/**
 * Deletes replaced objects: ManifestWorkReplicaSets first, and all others only when none of the replaced ManifestWorkReplicaSets
 * exists any more, because OCM needs the Placement until then.
 */
async function pruneReplaced(
  prune: readonly KubeObject[],
  { client, caches, appliedReplicaSets }: Pick<ApplyContext, 'client' | 'caches' | 'appliedReplicaSets'>,
): Promise<HubFailure | undefined> {
  const replicaSets = prune.filter(isReplicaSet);
  let failure: HubFailure | undefined;
  for (const { resource, objects } of byResource(replicaSets.length > 0 ? replicaSets : prune, caches)) {
    const failed = await deleteFromHub(client, resource, objects, (deleted) => {
      if (isReplicaSet(deleted)) appliedReplicaSets.markDeleted(deleted);
    });
    failure ??= failed;
  }
  return failure;
}

/** The ManifestWorkReplicaSets of a render that are on the hub. A terminating one does not count: it is created again later. */
function presentReplicaSets(
  rendered: readonly HubObject[],
  appliedReplicaSets: Pick<AppliedReplicaSets, 'get'>,
): ManifestWorkReplicaSet[] {
  return rendered
    .filter(isReplicaSet)
    .map(({ metadata }) => appliedReplicaSets.get(metadata.namespace, metadata.name))
    .filter((replicaSet) => replicaSet !== undefined)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

function namesOf(objects: readonly KubeObject[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted();
}
