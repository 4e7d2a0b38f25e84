import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf, type KubeObject, type Resource } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { deploymentHashLabel } from '../../domain/annotations.ts';
import type { Hash } from '../../domain/canonical-json.ts';
import { deletingStatus } from '../../domain/deployment-status.ts';
import { identityHash } from '../../domain/naming.ts';
import type { Client } from '../../kube/client.ts';
import { isNotFound } from '../../kube/errors.ts';
import { hasFinalizer, removeFinalizer } from '../finalizer.ts';
import { deploymentOf } from '../watches.ts';
import { writeDeploymentStatus } from './status.ts';

/**
 * Removes what a deleted deployment made: first the works, and when OCM is done with them the Placements, because
 * OCM stops at a work whose Placement is missing. Reads live: what a cache has not seen yet would stay for ever.
 */
export async function releaseDeployment(
  client: Client,
  deployment: WorkloadDeployment,
  hash: Hash,
): Promise<void | { requeueAfterMs: number }> {
  if (!hasFinalizer(deployment)) return undefined;
  for (const resource of [manifestWorkReplicaSets, placements]) {
    const left = await ownLive(client, resource, deployment, hash);
    for (const { metadata } of left) {
      const { namespace, name, uid, deletionTimestamp } = metadata;
      if (deletionTimestamp === undefined) await client.delete(resource, { namespace, name }, { uid });
    }
    if (left.length === 0) continue;
    const waitingFor = left.map(({ metadata }) => `${resource.kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    await writeDeploymentStatus(client, deployment, deletingStatus(waitingFor.toSorted(), deployment.status));
    // Deletions come as watch events; this is for one that was missed.
    return { requeueAfterMs: 2000 };
  }
  await removeFinalizer(client, workloadDeployments, deployment);
  return undefined;
}

async function ownLive(client: Client, resource: Resource, deployment: KubeObject, hash: Hash): Promise<KubeObject[]> {
  const key = keyOf(deployment);
  const labelSelector = `${deploymentHashLabel}=${identityHash(key, hash)}`;
  try {
    const { items } = await client.list(resource, { labelSelector, metadataOnly: true });
    return items.filter((item) => deploymentOf(item) === key);
  } catch (error) {
    // Without OCM's kinds there is nothing of ours either.
    if (isNotFound(error)) return [];
    throw error;
  }
}
