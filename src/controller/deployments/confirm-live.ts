import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf, type KubeObject, type ObjectMeta } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { HubObject } from '../../domain/render/hub-objects.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import { renderedKindOf, type RenderedCaches } from '../other-kinds/rendered-kind.ts';

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

/** Where `withLiveVersions` and `takenNames` read. */
interface LiveSources {
  client: Client;
  caches: RenderedCaches;
}

/**
 * Objects of other kinds than those of OCM that exist under a name of the render and belong to somebody else. The caches of these
 * kinds contain only what mooring has applied.
 */
export async function takenNames(
  objects: readonly HubObject[],
  { client, caches }: LiveSources,
): Promise<KubeObject[]> {
  const others = objects.filter((object) => renderedKindOf(object, caches)?.isOfOcm === false);
  const read = others.map(async (object) => {
    const live = await readByName(object, { client, caches });
    return live === undefined || deploymentOf(live) === deploymentOf(object) ? [] : [live];
  });
  return (await Promise.all(read)).flat();
}

/**
 * The objects to apply, each with the resourceVersion of the live object if there is one that the cache lacks. An apply without a
 * resourceVersion would replace whatever another leader has written meanwhile. Throws if the object has another owner.
 */
export async function withLiveVersions(
  objects: readonly HubObject[],
  { client, caches }: LiveSources,
): Promise<HubObject[]> {
  return Promise.all(
    objects.map(async (object) => {
      if (object.metadata.resourceVersion !== undefined) return object;
      const live = await readByName(object, { client, caches });
      const found = live?.metadata.resourceVersion;
      if (live === undefined || found === undefined) return object;
      if (deploymentOf(live) !== deploymentOf(object) || live.metadata.deletionTimestamp !== undefined)
        throw new Error(`the cache lacks ${object.kind} ${keyOf(object)}, which exists`);
      return { ...object, metadata: { ...object.metadata, resourceVersion: found } };
    }),
  );
}

/** The controller has no right to `get` these kinds. */
async function readByName(object: HubObject, { client, caches }: LiveSources): Promise<KubeObject | undefined> {
  const { resource, cache } = renderedKindOf(object, caches) ?? {};
  const { namespace, name } = object.metadata;
  // If the kind is not served, the apply fails, and its failure is reported.
  if (resource === undefined) return undefined;
  try {
    const options = { namespace, fieldSelector: `metadata.name=${name}`, metadataOnly: true };
    return (await client.list(resource, options)).items[0];
  } catch (error) {
    if ((await cache?.isNotServed(error)) === true) return undefined;
    throw error;
  }
}

async function readLive(client: Client, { metadata }: WorkloadDeployment): Promise<ObjectMeta | undefined> {
  const { namespace, name } = metadata;
  return (await getIfPresent(client, workloadDeployments, { namespace, name }, { metadataOnly: true }))?.metadata;
}
