import { isJsonObject, type JsonObject, type KubeObject, type Resource } from '../../api/object.ts';
import { localClusterLabel, managedClusters, managedClusterSets, type LocalClusters } from '../../api/ocm.ts';
import type { Log } from '../../log.ts';
import { Informer } from '../cache/informer.ts';
import type { Client } from '../client/client.ts';
import { isServed } from '../client/discovery.ts';
import { mayNotBeServed } from '../client/errors.ts';
import { getIfPresent } from '../client/get-if-present.ts';
import type { ListOptions } from '../client/requests.ts';

const labelSelector = `${localClusterLabel}=true`;

/** Informers on what tells whether the hub itself is a cluster. */
export interface LocalClusterCaches {
  /** The metadata of the ManagedClusters with the label, of which there is mostly one or none. */
  clusters: Informer<KubeObject>;
  clusterSets: Informer<KubeObject>;
}

/** Creates caches that are not running yet. */
export function localClusterCaches(client: Client, log: Log): LocalClusterCaches {
  return {
    clusters: new Informer<KubeObject>({ client, log, resource: managedClusters, labelSelector, metadataOnly: true }),
    clusterSets: new Informer<KubeObject>({ client, log, resource: managedClusterSets }),
  };
}

/** Reads the ManagedClusters that are the hub itself, and if there is one, the ManagedClusterSets. */
export async function readLocalClusters(
  client: Pick<Client, 'list' | 'raw'>,
  signal?: AbortSignal,
): Promise<LocalClusters> {
  const found = await listIfServed(client, managedClusters, { labelSelector, metadataOnly: true, signal });
  return localClustersOf(found, found.length === 0 ? [] : await listIfServed(client, managedClusterSets, { signal }));
}

export interface KnownLocalClustersOptions {
  /** Whether what the caches have is read again. */
  isLive: boolean;
  /** Whether also clusters are found that the cache lacks. */
  findsMissed: boolean;
  signal?: AbortSignal;
}

/**
 * The ManagedClusters that are the hub itself, and if there is one, the ManagedClusterSets of the cache: from the cache if that
 * has no such cluster, else read live with `isLive`. With `findsMissed` they are always read live.
 */
export async function knownLocalClusters(
  client: Pick<Client, 'get' | 'list' | 'raw'>,
  { clusters, clusterSets }: { [cache in keyof LocalClusterCaches]: Pick<Informer<KubeObject>, 'list'> },
  { isLive, findsMissed, signal }: KnownLocalClustersOptions,
): Promise<LocalClusters> {
  const cached = clusters.list();
  if (!findsMissed && (!isLive || cached.length === 0)) {
    return localClustersOf(cached, cached.length === 0 ? [] : clusterSets.list());
  }
  const found = await listIfServed(client, managedClusters, { labelSelector, metadataOnly: true, signal });
  if (found.length === 0) return localClustersOf([], []);
  const sets = await Promise.all(
    clusterSets.list().map(({ metadata: { name } }) => getIfPresent(client, managedClusterSets, { name }, { signal })),
  );
  return localClustersOf(
    found,
    sets.filter((set) => set !== undefined),
  );
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
