import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf, type ObjectMeta } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';

/**
 * Throws if a cached deployment does not exist. What is created for it would stay for ever: a create has no resourceVersion that
 * could conflict, and after a restore of etcd the caches do not follow at the same time.
 */
export async function confirmExists(client: Client, deployment: WorkloadDeployment): Promise<void> {
  const live = await readLive(client, deployment);
  if (live?.uid !== deployment.metadata.uid) throw new Error(`${keyOf(deployment)} does not exist; its cache is stale`);
}

/** Throws if a deployment that is cached as terminating is not terminating: a restored etcd may have lost its deletion. */
export async function confirmTerminating(client: Client, deployment: WorkloadDeployment): Promise<void> {
  const live = await readLive(client, deployment);
  if (live !== undefined && live.deletionTimestamp === undefined)
    throw new Error(`${keyOf(deployment)} is not terminating; its cache is stale`);
}

async function readLive(client: Client, { metadata }: WorkloadDeployment): Promise<ObjectMeta | undefined> {
  const { namespace, name } = metadata;
  return (await getIfPresent(client, workloadDeployments, { namespace, name }, { metadataOnly: true }))?.metadata;
}
