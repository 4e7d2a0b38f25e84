import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { deploymentOf, deploymentSelector } from '../../domain/render/render-identity.ts';
import { deletingStatus } from '../../domain/status/deployment-status.ts';
import type { Client } from '../../kube/client/client.ts';
import { hasFinalizer, removeFinalizer } from '../finalizer.ts';
import type { ControllerCaches } from '../caches.ts';
import { deleteFromHub } from '../delete-from-hub.ts';
import { listOwned } from '../list-owned.ts';
import { writeDeploymentStatus } from './status.ts';

/** When to check again for objects that are terminating, in case a watch event is missed. */
const terminatingRetryMs = 2000;

/** When to try again to delete objects in a hub namespace that is not open. No watch event tells that it is open again. */
const notOpenRetryMs = 10_000;

export interface FinalizeOptions {
  client: Client;
  /** They know whether a kind is not served. */
  caches: Record<'replicaSets' | 'placements', Pick<ControllerCaches['placements'], 'isNotServed'>>;
  hash: Hash;
}

/**
 * Deletes the objects of a deleted deployment, then removes the finalizer. Placements are deleted after the
 * ManifestWorkReplicaSets are gone, because OCM stops processing a ManifestWorkReplicaSet whose Placement is missing.
 */
export async function finalizeDeployment(
  deployment: WorkloadDeployment,
  { client, caches, hash }: FinalizeOptions,
): Promise<void | { requeueAfterMs: number }> {
  if (!hasFinalizer(deployment)) return undefined;
  const key = keyOf(deployment);
  const labelSelector = deploymentSelector(key, hash);
  const isOwn = (item: KubeObject) => deploymentOf(item) === key;
  const kinds = [
    { resource: manifestWorkReplicaSets, cache: caches.replicaSets },
    { resource: placements, cache: caches.placements },
  ];
  for (const { resource, cache } of kinds) {
    const remaining = await listOwned(client, resource, { labelSelector, isOwn, cache });
    const failure = await deleteFromHub(client, resource, remaining);
    if (remaining.length === 0) continue;
    const waitingFor = remaining.map(({ metadata }) => `${resource.kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    await writeDeploymentStatus(client, deployment, deletingStatus(waitingFor.toSorted(), deployment.status, failure));
    return { requeueAfterMs: failure === undefined ? terminatingRetryMs : notOpenRetryMs };
  }
  await removeFinalizer(client, workloadDeployments, deployment);
  return undefined;
}
