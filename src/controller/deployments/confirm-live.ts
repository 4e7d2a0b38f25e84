import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf, type KubeObject, type ObjectMeta, type Resource } from '../../api/object.ts';
import { placements, renderedKinds } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { HubObject } from '../../domain/render/hub-objects.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
import type { Informer } from '../../kube/cache/informer.ts';
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

/**
 * Whether a deployment that is cached as terminating still exists. Throws if it is not terminating: a restored etcd may have lost its
 * deletion.
 */
export async function confirmTerminating(client: Client, deployment: WorkloadDeployment): Promise<boolean> {
  const live = await readLive(client, deployment);
  if (live !== undefined && live.deletionTimestamp === undefined)
    throw new Error(`${keyOf(deployment)} is not terminating; its cache is stale`);
  return live !== undefined;
}

/** They know whether a kind is not served. */
type KindCaches = Record<'placements' | 'replicaSets', Pick<Informer<never>, 'isNotServed'>>;

/**
 * The objects to apply, each with the resourceVersion of the live object if there is one that the cache lacks. An apply without a
 * resourceVersion would replace whatever another leader has written meanwhile. Throws if the object has another owner.
 */
export async function withLiveVersions(
  objects: readonly HubObject[],
  { client, caches }: { client: Client; caches: KindCaches },
): Promise<HubObject[]> {
  return Promise.all(
    objects.map(async (object) => {
      const { namespace, name, resourceVersion } = object.metadata;
      const cache = object.kind === placements.kind ? caches.placements : caches.replicaSets;
      const resource = renderedKinds.find(({ kind }) => kind === object.kind);
      if (resourceVersion !== undefined || resource === undefined) return object;
      const [live] = await listByName(client, resource, { namespace, name, cache });
      const found = live?.metadata.resourceVersion;
      if (live === undefined || found === undefined) return object;
      if (deploymentOf(live) !== deploymentOf(object) || live.metadata.deletionTimestamp !== undefined)
        throw new Error(`the cache lacks ${object.kind} ${keyOf(object)}, which exists`);
      return { ...object, metadata: { ...object.metadata, resourceVersion: found } };
    }),
  );
}

/** The controller has no right to `get` these kinds. */
async function listByName(
  client: Client,
  resource: Resource,
  { namespace, name, cache }: { namespace: string; name: string; cache: KindCaches['placements'] },
): Promise<KubeObject[]> {
  try {
    const options = { namespace, fieldSelector: `metadata.name=${name}`, metadataOnly: true };
    return (await client.list(resource, options)).items;
  } catch (error) {
    // If the kinds of OCM are not installed, the apply fails, and its failure is reported.
    if (await cache.isNotServed(error)) return [];
    throw error;
  }
}

async function readLive(client: Client, { metadata }: WorkloadDeployment): Promise<ObjectMeta | undefined> {
  const { namespace, name } = metadata;
  return (await getIfPresent(client, workloadDeployments, { namespace, name }, { metadataOnly: true }))?.metadata;
}
