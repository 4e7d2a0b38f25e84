/** OCM stand-in (local runs only): the caches of the objects that its controllers watch on the hub. */

import { keyOf, type KubeObject, type Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { Informer } from '../../../../src/kube/cache/informer.ts';
import type { Log } from '../../../../src/log.ts';
import {
  managedClusters,
  managedClusterSetBindings,
  managedClusterSets,
  placementDecisions,
  placementLabel,
  placements,
  type ManagedCluster,
  type ManagedClusterSet,
  type ManagedClusterSetBinding,
  type Placement,
  type PlacementDecision,
} from './cluster-kinds.ts';
import {
  manifestWorkReplicaSets,
  manifestWorks,
  replicaSetLabel,
  type ManifestWork,
  type ManifestWorkReplicaSet,
} from '../work-kinds.ts';

export interface HubCaches {
  clusters: Informer<ManagedCluster>;
  clusterSets: Informer<ManagedClusterSet>;
  /** Index `namespace`. */
  bindings: Informer<ManagedClusterSetBinding>;
  /** Index `namespace`. */
  placements: Informer<Placement>;
  /** Index `placement`: `<namespace>/<placement>`. */
  decisions: Informer<PlacementDecision>;
  /** Index `placement`: `<namespace>/<placement>`, once per placementRef. */
  replicaSets: Informer<ManifestWorkReplicaSet>;
  /** Index `replicaSet`: the value of OCM's label, `<namespace>.<name>`. */
  works: Informer<ManifestWork>;
  /** Runs all informers until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  synced: Promise<unknown>;
}

export function createHubCaches({ client, log }: { client: Client; log: Log }): HubCaches {
  type Indexes<T> = Record<string, (object: T) => string[]>;
  const watch = <T extends KubeObject>(resource: Resource, indexes: Indexes<T> = {}): Informer<T> =>
    new Informer<T>({ client, resource, log: log.child({ watch: resource.plural }), indexes });

  const caches = {
    clusters: watch<ManagedCluster>(managedClusters),
    clusterSets: watch<ManagedClusterSet>(managedClusterSets),
    bindings: watch<ManagedClusterSetBinding>(managedClusterSetBindings, { namespace: indexByNamespace }),
    placements: watch<Placement>(placements, { namespace: indexByNamespace }),
    decisions: watch<PlacementDecision>(placementDecisions, { placement: placementOf }),
    replicaSets: watch<ManifestWorkReplicaSet>(manifestWorkReplicaSets, {
      placement: ({ metadata, spec }) => spec.placementRefs.map((ref) => `${metadata.namespace ?? ''}/${ref.name}`),
    }),
    works: watch<ManifestWork>(manifestWorks, {
      replicaSet: ({ metadata }) => [metadata.labels?.[replicaSetLabel] ?? ''].filter((label) => label !== ''),
    }),
  };
  const all: Pick<Informer<KubeObject>, 'run' | 'synced'>[] = Object.values(caches);
  return {
    ...caches,
    run: async (signal) => {
      await Promise.all(all.map((informer) => informer.run(signal)));
    },
    synced: Promise.all(all.map((informer) => informer.synced)),
  };
}

function indexByNamespace(object: KubeObject): string[] {
  return [object.metadata.namespace ?? ''];
}

/** The key of the Placement in the label of a PlacementDecision. The list is empty if the label is missing. */
export function placementOf({ metadata }: PlacementDecision): string[] {
  const name = metadata.labels?.[placementLabel];
  return name === undefined ? [] : [keyOf({ metadata: { ...metadata, name } })];
}
