import { kindsOnHub } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import { managedClusters, managedClusterSets, placements } from '../api/ocm.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import { localClustersOf } from '../kube/objects/local-clusters.ts';
import type { HubReader } from '../webhook/gather/context.ts';
import type { ObjectStore } from './object-store.ts';

const kinds = [managedClusters, managedClusterSets, placements];

/** Whether a manifest is of a kind of Open Cluster Management that a decision depends on, in any version. */
export function isReadFromHub({ apiVersion, kind }: KubeObject): boolean {
  return kinds.some((each) => each.kind === kind && apiVersion.startsWith(`${each.group}/`));
}

/** Reads from the objects of an offline hub. Without a ManagedCluster among them, it is not known which clusters there are. */
export function offlineHubReader(
  store: ObjectStore,
  sharedHubNamespaces: readonly string[],
  reportUnknownClusters: () => void,
): HubReader {
  const ofKind = (kind: string): UncheckedObject[] => store.list().filter((object) => object.kind === kind);
  const contains = (namespace: string) =>
    kindsOnHub.some(({ resource }) => ofKind(resource.kind).some(({ metadata }) => metadata.namespace === namespace));
  return {
    localClusters() {
      const clusters = ofKind(managedClusters.kind);
      if (clusters.length === 0) return Promise.resolve(undefined);
      return Promise.resolve(localClustersOf(clusters, ofKind(managedClusterSets.kind)));
    },
    namespaceUse(namespace) {
      if (sharedHubNamespaces.includes(namespace)) return Promise.resolve('hub-namespace');
      if (contains(namespace)) return Promise.resolve('objects');
      const isCluster = store.get(managedClusters.kind, '', namespace) !== undefined;
      return Promise.resolve(isCluster ? 'cluster-namespace' : undefined);
    },
    placement: (namespace, name) => Promise.resolve(store.get(placements.kind, namespace, name)),
    reportUnknownClusters,
  };
}
