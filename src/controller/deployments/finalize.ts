import { workloadDeployments } from '../../api/kinds.ts';
import { apiVersionOf, keyOf, type KubeObject, type Resource } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { isForeign } from '../../domain/render/ownership.ts';
import { deploymentOf, deploymentSelector } from '../../domain/render/render-identity.ts';
import { deletingStatus } from '../../domain/status/deployment-status.ts';
import type { Client } from '../../kube/client/client.ts';
import type { Requeue } from '../../kube/queue/loop.ts';
import { placementIndexes, type ControllerCaches } from '../caches.ts';
import { hasFinalizer, removeFinalizer } from '../finalizer.ts';
import { deleteFromHub } from '../delete-from-hub.ts';
import type { HubFailure } from '../hub-refusal.ts';
import { listOwned } from '../list-owned.ts';
import type { OtherKindCache } from '../other-kinds/other-kind-cache.ts';
import { leftOfRemovedKinds, removedKindsBlock } from '../other-kinds/removed-kinds.ts';
import { byResource, renderedKindOf } from '../other-kinds/rendered-kind.ts';
import type { WrittenNamespaces } from '../written-namespaces.ts';
import type { AppliedReplicaSets } from './applied-replica-sets.ts';
import { confirmTerminating } from './confirm-live.ts';
import type { ReleaseBlock } from './release-guard.ts';
import { writeDeploymentStatus } from './status.ts';

interface FinalizeCaches {
  replicaSets: Pick<ControllerCaches['replicaSets'], 'isNotServed'>;
  placements: Pick<ControllerCaches['placements'], 'isNotServed' | 'byIndex'>;
  otherKinds: readonly Pick<OtherKindCache, 'kind' | 'name' | 'resource' | 'isNotServed' | 'ofDeployment'>[];
}

export interface FinalizeOptions {
  client: Client;
  caches: FinalizeCaches;
  appliedReplicaSets: Pick<AppliedReplicaSets, 'of' | 'prime' | 'remember' | 'markDeleted'>;
  writtenNamespaces: Pick<WrittenNamespaces, 'of' | 'prime' | 'forget'>;
  tools: { hash: Hash };
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. What another installation has applied stays. */
  installation: string;
  /** Why the ManifestWorkReplicaSets may not be deleted; `undefined` if they may. */
  releaseBlock: (deployment: WorkloadDeployment) => Promise<ReleaseBlock | undefined>;
}

/** When to ask again whether the objects may be deleted. What blocks it may go without an event of this deployment. */
const blockedBackoff = { fromMs: 5000, toMs: 30_000 };

/** When to compare the caches with the hub again. Mostly only an event is still on its way. */
const outdatedBackoff = { fromMs: 500, toMs: 10_000 };

/** When to check again for objects that are terminating, in case the watch event of their deletion is missed. */
const terminatingBackoff = { fromMs: 2000, toMs: 120_000 };

/** When to try again to delete objects in a hub namespace that is not open. No watch event tells that it is open again. */
const notOpenBackoff = { fromMs: 5000, toMs: 30_000 };

/**
 * Deletes the objects of a deleted deployment, then removes the finalizer. Placements are deleted after the
 * ManifestWorkReplicaSets are gone, because OCM stops processing a ManifestWorkReplicaSet whose Placement is missing. While
 * the caches show an object, nothing is read: its watch event leads to the next reconcile. An object that the caches lack would
 * never be deleted, so what is left is read live before the finalizer is removed.
 */
export async function finalizeDeployment(
  deployment: WorkloadDeployment,
  options: FinalizeOptions,
): Promise<void | Requeue> {
  if (!hasFinalizer(deployment)) return undefined;
  const { client, caches, appliedReplicaSets, writtenNamespaces, installation } = options;
  const key = keyOf(deployment);
  await appliedReplicaSets.prime(client);
  await writtenNamespaces.prime(client, caches);
  const isOwn = (object: KubeObject) => !isForeign(object, installation);
  const replicaSets = appliedReplicaSets.of(key).filter(isOwn);
  if (replicaSets.length > 0) return releaseReplicaSets(deployment, replicaSets, options);
  const others = caches.otherKinds.flatMap((cache) => cache.ofDeployment(key));
  const cached = [...caches.placements.byIndex(placementIndexes.deployment, key), ...others].filter(isOwn);
  const isTerminating = cached.every(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (cached.length > 0 && isTerminating) return remove(deployment, cached, options);
  const left = await listLeft(deployment, manifestWorkReplicaSets, cached, options);
  // The rules have to know what would be released.
  for (const replicaSet of left) appliedReplicaSets.remember(replicaSet);
  if (left.length > 0) return releaseReplicaSets(deployment, left, options);
  const leftOthers = cached.length > 0 ? cached : await listLeftOthers(deployment, options);
  if (leftOthers.length > 0) return remove(deployment, leftOthers, options);
  const unremovable = removedKindsBlock(await leftOfRemovedKinds(deployment, options));
  if (unremovable !== undefined) {
    await writeDeploymentStatus(client, deployment, deletingStatus([], deployment.status, unremovable));
    return { backoff: notOpenBackoff };
  }
  await removeFinalizer(client, workloadDeployments, deployment);
  writtenNamespaces.forget({ kind: 'WorkloadDeployment', key });
  return undefined;
}

/** Deletes ManifestWorkReplicaSets, unless that is blocked. What is terminating already is not evaluated again. */
async function releaseReplicaSets(
  deployment: WorkloadDeployment,
  replicaSets: readonly KubeObject[],
  options: FinalizeOptions,
): Promise<Requeue> {
  const isBegun = replicaSets.every(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const block = isBegun ? undefined : await options.releaseBlock(deployment);
  if (block === undefined) return remove(deployment, replicaSets, options);
  if (block !== 'locked') {
    await writeDeploymentStatus(options.client, deployment, deletingStatus([], deployment.status, block));
  }
  const isOutdated = block !== 'locked' && block.reason === 'CachesNotCurrent';
  return { backoff: isOutdated ? outdatedBackoff : blockedBackoff };
}

/** Deletes objects that are not terminating yet, and reports which ones the deployment waits for. */
async function remove(
  deployment: WorkloadDeployment,
  remaining: readonly KubeObject[],
  { client, caches, appliedReplicaSets }: FinalizeOptions,
): Promise<Requeue> {
  if (remaining.some(({ metadata }) => metadata.deletionTimestamp === undefined)) {
    // Somebody has removed the finalizer. Once the cache shows that, the objects are deleted as orphans.
    if (!(await confirmTerminating(client, deployment))) return { backoff: terminatingBackoff };
  }
  let failure: HubFailure | undefined;
  for (const { resource, objects } of byResource(remaining, caches)) {
    const failed = await deleteFromHub(client, resource, objects, (deleted) => {
      if (resource === manifestWorkReplicaSets) appliedReplicaSets.markDeleted(deleted);
    });
    failure ??= failed;
  }
  const waitingFor = remaining.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
  await writeDeploymentStatus(client, deployment, deletingStatus(waitingFor.toSorted(), deployment.status, failure));
  return { backoff: failure === undefined ? terminatingBackoff : notOpenBackoff };
}

/** The Placements and the objects of other kinds that a deployment still has. */
async function listLeftOthers(deployment: WorkloadDeployment, options: FinalizeOptions): Promise<KubeObject[]> {
  const resources = [placements, ...options.caches.otherKinds.flatMap(({ resource }) => resource ?? [])];
  return (await Promise.all(resources.map((resource) => listLeft(deployment, resource, [], options)))).flat();
}

/** The objects of a kind that a deployment still has, read live in the namespaces that its status, a cache or a write of this leader names. */
async function listLeft(
  deployment: WorkloadDeployment,
  resource: Resource,
  cached: readonly KubeObject[],
  { client, caches, writtenNamespaces, tools, installation }: FinalizeOptions,
): Promise<KubeObject[]> {
  const key = keyOf(deployment);
  return listOwned(client, resource, {
    namespaces: [
      ...(deployment.status?.replicaSets ?? []).map(({ namespace }) => namespace),
      ...(deployment.status?.otherObjects ?? []).map(({ namespace }) => namespace),
      ...cached.flatMap(({ metadata }) => metadata.namespace ?? []),
      ...writtenNamespaces.of({ kind: 'WorkloadDeployment', key }),
    ],
    labelSelector: deploymentSelector(key, tools.hash),
    isOwn: (item) => deploymentOf(item) === key && !isForeign(item, installation),
    isWhole: resource === manifestWorkReplicaSets,
    cache:
      renderedKindOf({ apiVersion: apiVersionOf(resource), kind: resource.kind }, caches)?.cache ?? caches.replicaSets,
  });
}
