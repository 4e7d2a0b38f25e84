import type { Condition, JsonObject, KubeObject, Resource } from './object.ts';

/**
 * The kinds of Open Cluster Management that mooring reads or writes, as far as it does.
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
export const managedClusterSetBindings = clusterKind(
  'v1beta2',
  'ManagedClusterSetBinding',
  'managedclustersetbindings',
  true,
);
export const manifestWorks = workKind('v1', 'ManifestWork', 'manifestworks');
export const manifestWorkReplicaSets = workKind('v1alpha1', 'ManifestWorkReplicaSet', 'manifestworkreplicasets');

/** Label of a PlacementDecision: the name of its Placement, in the same namespace. */
export const placementLabel = 'cluster.open-cluster-management.io/placement';

/** Label of a ManifestWork: `<namespace>.<name>` of the ManifestWorkReplicaSet that made it. */
export const replicaSetLabel = 'work.open-cluster-management.io/manifestworkreplicaset';

/** Label of a ManifestWork: the Placement that brought it to its cluster. */
export const placementNameLabel = 'work.open-cluster-management.io/placementname';

/** Condition of a Placement: OCM has judged it, and found as many clusters as were asked for or not. */
export const placementSatisfied = 'PlacementSatisfied';

/** Condition of a Placement: something in it cannot be understood, so that OCM selects nothing by it. */
export const placementMisconfigured = 'PlacementMisconfigured';

/** Says which clusters to select. Without `numberOfClusters` it selects all that match. */
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

/** Part of what a Placement selected: at most 100 decisions, so a Placement may have several. */
export interface PlacementDecision extends KubeObject {
  status?: { decisions?: { clusterName: string; reason?: string }[] };
}

/** Which of the manifests outlive their work on the spoke. */
export interface DeleteOption {
  propagationPolicy?: 'Foreground' | 'Orphan' | 'SelectivelyOrphan';
  selectivelyOrphans?: {
    orphaningRules?: { group?: string; resource: string; namespace?: string; name: string }[];
  };
  ttlSecondsAfterFinished?: number;
}

/** What is put on one spoke. */
export interface ManifestWorkSpec {
  workload: { manifests?: KubeObject[] };
  deleteOption?: DeleteOption;
  manifestConfigs?: JsonObject[];
  executor?: JsonObject;
}

/** A work for one spoke; its namespace is the name of the cluster. */
export interface ManifestWork extends KubeObject {
  spec: ManifestWorkSpec;
  status?: {
    conditions?: Condition[];
    resourceStatus?: {
      manifests?: { resourceMeta?: { kind?: string; name?: string }; conditions?: Condition[] }[];
    };
  };
}

/** A work for every cluster that the Placements of its namespace select. */
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

/** How many works a ManifestWorkReplicaSet has, by state. */
export interface ReplicaSetSummary {
  total: number;
  applied?: number;
  available?: number;
  degraded?: number;
  progressing?: number;
}
