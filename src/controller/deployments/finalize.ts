import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { deletingStatus } from '../../domain/status/deployment-status.ts';
import type { Client } from '../../kube/client/client.ts';
import { hasFinalizer, removeFinalizer } from '../finalizer.ts';
import { deleteAll, listOwned } from '../list-owned.ts';
import { deploymentOf, deploymentSelector } from '../../domain/render/render-identity.ts';
import { writeDeploymentStatus } from './status.ts';

/**
 * Removes what a deleted deployment made: first the works, and when OCM is done with them the Placements, because
 * OCM stops at a work whose Placement is missing.
 */
export async function releaseDeployment(
  client: Client,
  deployment: WorkloadDeployment,
  hash: Hash,
): Promise<void | { requeueAfterMs: number }> {
  if (!hasFinalizer(deployment)) return undefined;
  const key = keyOf(deployment);
  const labelSelector = deploymentSelector(key, hash);
  for (const resource of [manifestWorkReplicaSets, placements]) {
    const left = await listOwned(client, resource, { labelSelector, isOwn: (item) => deploymentOf(item) === key });
    await deleteAll(client, resource, left);
    if (left.length === 0) continue;
    const waitingFor = left.map(({ metadata }) => `${resource.kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    await writeDeploymentStatus(client, deployment, deletingStatus(waitingFor.toSorted(), deployment.status));
    // Deletions come as watch events; this is for one that was missed.
    return { requeueAfterMs: 2000 };
  }
  await removeFinalizer(client, workloadDeployments, deployment);
  return undefined;
}
