import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { deploymentOf, deploymentSelector } from '../../domain/render/render-identity.ts';
import { deletingStatus } from '../../domain/status/deployment-status.ts';
import type { Client } from '../../kube/client/client.ts';
import { hasFinalizer, removeFinalizer } from '../finalizer.ts';
import { deleteAll, listOwned } from '../list-owned.ts';
import { writeDeploymentStatus } from './status.ts';

/** When to check again for objects that are terminating, in case a watch event is missed. */
const terminatingRetryMs = 2000;

/**
 * Deletes the objects of a deleted deployment, then removes the finalizer. Placements are deleted after the
 * ManifestWorkReplicaSets are gone, because OCM stops processing a ManifestWorkReplicaSet whose Placement is missing.
 */
export async function finalizeDeployment(
  client: Client,
  deployment: WorkloadDeployment,
  hash: Hash,
): Promise<void | { requeueAfterMs: number }> {
  if (!hasFinalizer(deployment)) return undefined;
  const key = keyOf(deployment);
  const labelSelector = deploymentSelector(key, hash);
  for (const resource of [manifestWorkReplicaSets, placements]) {
    const remaining = await listOwned(client, resource, { labelSelector, isOwn: (item) => deploymentOf(item) === key });
    await deleteAll(client, resource, remaining);
    if (remaining.length === 0) continue;
    const waitingFor = remaining.map(({ metadata }) => `${resource.kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    await writeDeploymentStatus(client, deployment, deletingStatus(waitingFor.toSorted(), deployment.status));
    return { requeueAfterMs: terminatingRetryMs };
  }
  await removeFinalizer(client, workloadDeployments, deployment);
  return undefined;
}
