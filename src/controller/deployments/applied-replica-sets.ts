import { keyOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, type ManifestWorkReplicaSet } from '../../api/ocm.ts';
import { deploymentHashLabel } from '../../domain/annotations.ts';
import { containing } from '../../domain/spoke/work-namespaces.ts';
import type { Client } from '../../kube/client/client.ts';
import { shownByGeneration, WriteOverlay } from '../../kube/cache/write-overlay.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
import { replicaSetIndexes, type ControllerCaches } from '../caches.ts';

/**
 * The ManifestWorkReplicaSets of deployments on the hub: the cached ones, overlaid with writes of this process that the cache
 * does not show yet. Without the overlay, a deployment that is applied right after another one would not see that one.
 */
export interface AppliedReplicaSets {
  of(deploymentKey: string): ManifestWorkReplicaSet[];
  /** Keys of deployments with a ManifestWorkReplicaSet that contains a namespace on the spokes or is applied there. */
  deploymentsIn(namespace: string): string[];
  get(namespace: string, name: string): ManifestWorkReplicaSet | undefined;
  /** Remembers the response to a write; objects of other kinds are ignored. */
  remember(written: KubeObject): void;
  /** Shows a ManifestWorkReplicaSet as terminating after it was deleted, although the cache does not show that yet. */
  markDeleted(deleted: KubeObject): void;
  /** Lists the objects on the hub once: the cache of a new leader may lack the last writes of the previous leader. */
  prime(client: Client): Promise<void>;
  /** Forgets all writes when this process stops leading. */
  clear(): void;
}

/** Creates the overlay and subscribes to the cache. */
export function createAppliedReplicaSets({
  replicaSets,
  workReducer,
}: Pick<ControllerCaches, 'replicaSets' | 'workReducer'>): AppliedReplicaSets {
  const overlay = new WriteOverlay<ManifestWorkReplicaSet>({ isShown: shownByGeneration, cache: replicaSets });
  replicaSets.subscribe((change) => overlay.observe(change));
  replicaSets.aroundList(() => overlay.duringList());
  return {
    of(deploymentKey) {
      const found = new Map(
        replicaSets.byIndex(replicaSetIndexes.deployment, deploymentKey).map((item) => [keyOf(item), item]),
      );
      for (const written of overlay.list()) {
        if (deploymentOf(written) === deploymentKey) found.set(keyOf(written), written);
      }
      return [...found.values()];
    },
    deploymentsIn(namespace) {
      const cached = replicaSets.byIndex(replicaSetIndexes.spokeNamespace, namespace);
      const written = containing(overlay.list(), namespace);
      return [...new Set([...cached, ...written].map(deploymentOf).filter((key) => key !== undefined))];
    },
    get: (namespace, name) => overlay.get(`${namespace}/${name}`) ?? replicaSets.get(namespace, name),
    remember(written) {
      if (isReplicaSet(written)) overlay.remember(written);
    },
    markDeleted: (deleted) => overlay.markDeleted(deleted),
    prime: (client) => overlay.prime(() => listLive(client, { replicaSets, workReducer })),
    clear: () => overlay.clear(),
  };
}

async function listLive(
  client: Client,
  { replicaSets: cache, workReducer }: Pick<ControllerCaches, 'replicaSets' | 'workReducer'>,
): Promise<ManifestWorkReplicaSet[]> {
  try {
    // Without the transform, the whole contents of all of them would be in memory at once.
    const transform = (item: ManifestWorkReplicaSet) =>
      workReducer.reduceReplicaSet(item, cache.get(item.metadata.namespace, item.metadata.name));
    const options = { labelSelector: deploymentHashLabel, transform };
    const { items } = await client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets, options);
    return items;
  } catch (error) {
    // If the kinds of OCM are not installed, there are no ManifestWorkReplicaSets.
    if (await cache.isNotServed(error)) return [];
    throw error;
  }
}

function isReplicaSet(object: KubeObject): object is ManifestWorkReplicaSet {
  return object.kind === manifestWorkReplicaSets.kind;
}
