import type { Condition, JsonObject, KubeObject, Resource } from './object.ts';

/**
 * The kinds of Open Cluster Management that mooring reads or writes, with the fields that it uses.
 * Source: open-cluster-management.io/api, `cluster/v1beta1`, `cluster/v1` and `work/v1`, `work/v1alpha1`.
 */

const clusterGroup = 'cluster.open-cluster-management.io';
const workGroup = 'work.open-cluster-management.io';

function clusterKind(version: string, kind: string, plural: string, namespaced: boolean): Resource {
  return { group: clusterGroup, version, kind, plural, namespaced };
}

function workKind(version: string, kind: string, plural: string): Resource {
  return { group: workGroup, version, kind, plural, namespaced: true };
}

export const placements = clusterKind('v1beta1', 'Placement', 'placements', true);
export const placementDecisions = clusterKind('v1beta1', 'PlacementDecision', 'placementdecisions', true);
export const managedClusters = clusterKind('v1', 'ManagedCluster', 'managedclusters', false);
export const managedClusterSets = clusterKind('v1beta2', 'ManagedClusterSet', 'managedclustersets', false);
export const managedClusterSetBindings = clusterKind(
  'v1beta2',
  'ManagedClusterSetBinding',
  'managedclustersetbindings',
  true,
);
export const manifestWorks = workKind('v1', 'ManifestWork', 'manifestworks');
export const manifestWorkReplicaSets = workKind('v1alpha1', 'ManifestWorkReplicaSet', 'manifestworkreplicasets');

/**
 * The kinds that a topology may render, unless the configuration allows others. On these, only the controller writes labels
 * and annotations of mooring.
 */
export const renderedKinds: readonly Resource[] = [placements, manifestWorkReplicaSets];

/** Label of a PlacementDecision: the name of its Placement, in the same namespace. */
export const placementLabel = 'cluster.open-cluster-management.io/placement';

/** Label of a ManifestWork: `<namespace>.<name>` of the ManifestWorkReplicaSet that it belongs to. */
export const replicaSetLabel = 'work.open-cluster-management.io/manifestworkreplicaset';

/** Label of a ManifestWork: the name of the Placement that selected its cluster. */
export const placementNameLabel = 'work.open-cluster-management.io/placementname';

/** Label of a ManagedCluster that is the hub itself. Its value is `true`. */
export const localClusterLabel = 'local-cluster';

/** Label of a ManagedCluster: the name of its exclusive ManagedClusterSet. */
export const clusterSetLabel = 'cluster.open-cluster-management.io/clusterset';

/** A ManagedCluster that is the hub itself. */
export interface LocalCluster {
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** The ManagedClusters that are the hub itself, and the specs of all ManagedClusterSets by name. */
export interface LocalClusters {
  clusters: readonly LocalCluster[];
  clusterSets: ReadonlyMap<string, JsonObject>;
}

/** Condition of a Placement: whether OCM has found as many clusters as the Placement requests. */
export const placementSatisfied = 'PlacementSatisfied';

/** Condition of a Placement: part of its spec is invalid, so that OCM selects no cluster. */
export const placementMisconfigured = 'PlacementMisconfigured';

/** Selects clusters. Without `numberOfClusters` it selects all that match. */
export interface Placement extends KubeObject {
  spec: {
    clusterSets?: string[];
    numberOfClusters?: number;
    predicates?: JsonObject[];
    prioritizerPolicy?: JsonObject;
    spreadPolicy?: JsonObject;
    tolerations?: JsonObject[];
    decisionStrategy?: JsonObject;
  };
  status?: {
    numberOfSelectedClusters?: number;
    conditions?: Condition[];
  };
}

/** Clusters that a Placement has selected. One object has at most 100 decisions; a Placement may have several objects. */
export interface PlacementDecision extends KubeObject {
  status?: { decisions?: { clusterName: string; reason?: string }[] };
}

/** Determines which manifests stay on the spoke when their ManifestWork is deleted. */
export interface DeleteOption {
  propagationPolicy?: 'Foreground' | 'Orphan' | 'SelectivelyOrphan';
  selectivelyOrphans?: {
    orphaningRules?: { group?: string; resource: string; namespace?: string; name: string }[];
  };
  ttlSecondsAfterFinished?: number;
}

/** The manifests for one spoke and how to apply them. */
export interface ManifestWorkSpec {
  workload: { manifests?: KubeObject[] };
  deleteOption?: DeleteOption;
  manifestConfigs?: JsonObject[];
  executor?: JsonObject;
}

/** Manifests for one spoke. Its namespace is the name of the cluster. */
export interface ManifestWork extends KubeObject {
  spec: ManifestWorkSpec;
  status?: {
    conditions?: Condition[];
    resourceStatus?: {
      manifests?: { resourceMeta?: { kind?: string; name?: string }; conditions?: Condition[] }[];
    };
  };
}

/** Creates a ManifestWork for every cluster that its Placements, in the same namespace, select. */
export interface ManifestWorkReplicaSet extends KubeObject {
  spec: {
    manifestWorkTemplate: ManifestWorkSpec;
    placementRefs: { name: string; rolloutStrategy?: JsonObject }[];
    cascadeDeletionPolicy?: 'Background' | 'Foreground';
  };
  status?: {
    conditions?: Condition[];
    placementSummary?: { name: string; availableDecisionGroups?: string; summary?: ReplicaSetSummary }[];
    summary?: ReplicaSetSummary;
  };
}

/** The numbers of ManifestWorks of a ManifestWorkReplicaSet by state. */
export interface ReplicaSetSummary {
  total: number;
  applied?: number;
  available?: number;
  degraded?: number;
  progressing?: number;
}
