import { isJsonObject, type JsonObject, type KubeObject, type Resource } from '../../api/object.ts';
import { localClusterLabel, managedClusters, managedClusterSets, type LocalClusters } from '../../api/ocm.ts';
import type { Client } from '../client/client.ts';
import { isServed } from '../client/discovery.ts';
import { mayNotBeServed } from '../client/errors.ts';
import type { ListOptions } from '../client/requests.ts';

/** Reads the ManagedClusters that are the hub itself, and if there is one, the ManagedClusterSets. */
export async function readLocalClusters(
  client: Pick<Client, 'list' | 'raw'>,
  signal?: AbortSignal,
): Promise<LocalClusters> {
  const labelSelector = `${localClusterLabel}=true`;
  const found = await listIfServed(client, managedClusters, { labelSelector, metadataOnly: true, signal });
  if (found.length === 0) return { clusters: [], clusterSets: new Map() };
  return localClustersOf(found, await listIfServed(client, managedClusterSets, { signal }));
}

/** The clusters with the label, and the specs of the sets. */
export function localClustersOf(
  clusters: readonly Pick<KubeObject, 'metadata'>[],
  sets: readonly Pick<KubeObject, 'metadata'>[],
): LocalClusters {
  return {
    clusters: clusters
      .map(({ metadata: { name, labels = {} } }) => ({ name, labels }))
      .filter(({ labels }) => labels[localClusterLabel] === 'true'),
    clusterSets: new Map(sets.map((set) => [set.metadata.name, specOf(set)])),
  };
}

function specOf(set: object): JsonObject {
  return 'spec' in set && isJsonObject(set.spec) ? set.spec : {};
}

/** Without Open Cluster Management the kind is not served, and there are no clusters. */
async function listIfServed(
  client: Pick<Client, 'list' | 'raw'>,
  resource: Resource,
  options: ListOptions,
): Promise<KubeObject[]> {
  try {
    return (await client.list(resource, options)).items;
  } catch (error) {
    if (!mayNotBeServed(error) || (await isServed(client, resource, { signal: options.signal }))) throw error;
    return [];
  }
}
