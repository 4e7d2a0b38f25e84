/** OCM stand-in (local runs only): the fields of the kinds of `work.open-cluster-management.io` that it reads or writes. */

import type { Condition, KubeObject, Resource } from '../../../src/api/object.ts';

const group = 'work.open-cluster-management.io';

export const manifestWorks: Resource = {
  group,
  version: 'v1',
  kind: 'ManifestWork',
  plural: 'manifestworks',
  namespaced: true,
};
export const manifestWorkReplicaSets: Resource = {
  group,
  version: 'v1alpha1',
  kind: 'ManifestWorkReplicaSet',
  plural: 'manifestworkreplicasets',
  namespaced: true,
};
/** An object on the spoke. It owns the resources that a ManifestWork applied there. */
export const appliedManifestWorks: Resource = {
  group,
  version: 'v1',
  kind: 'AppliedManifestWork',
  plural: 'appliedmanifestworks',
  namespaced: false,
};

/** Label of a ManifestWork: `<namespace>.<name>` of its ManifestWorkReplicaSet. */
export const replicaSetLabel = `${group}/manifestworkreplicaset`;
/** Label of a ManifestWork: the name of the Placement that selected its cluster. */
export const placementNameLabel = `${group}/placementname`;
export const replicaSetFinalizer = `${group}/manifest-work-cleanup`;
/** Finalizer of ManifestWorks. As in OCM its group differs from the group of the finalizer of ManifestWorkReplicaSets. */
export const workFinalizer = 'cluster.open-cluster-management.io/manifest-work-cleanup';
export const appliedWorkFinalizer = 'cluster.open-cluster-management.io/applied-manifest-work-cleanup';

/** Identifies a resource on a cluster. `namespace` is empty or absent for a cluster-scoped resource. */
export interface ResourceIdentifier {
  group?: string;
  resource: string;
  namespace?: string;
  name: string;
}

export interface DeleteOption {
  propagationPolicy?: 'Foreground' | 'Orphan' | 'SelectivelyOrphan';
  selectivelyOrphans?: { orphaningRules?: ResourceIdentifier[] };
}

export interface UpdateStrategy {
  type: 'Update' | 'CreateOnly' | 'ServerSideApply' | 'ReadOnly';
  serverSideApply?: { force?: boolean; fieldManager?: string };
}

export interface ManifestConfig {
  resourceIdentifier: ResourceIdentifier;
  updateStrategy?: UpdateStrategy;
}

export interface ManifestWorkSpec {
  workload?: { manifests?: KubeObject[] };
  deleteOption?: DeleteOption;
  manifestConfigs?: ManifestConfig[];
}

export interface ResourceMeta {
  ordinal: number;
  group: string;
  version: string;
  kind: string;
  resource: string;
  namespace: string;
  name: string;
}

export interface ManifestCondition {
  resourceMeta: ResourceMeta;
  statusFeedback: object;
  conditions: Condition[];
}

export interface ManifestWorkStatus {
  conditions?: Condition[];
  resourceStatus?: { manifests?: ManifestCondition[] };
}

export interface ManifestWork extends KubeObject {
  spec: ManifestWorkSpec;
  status?: ManifestWorkStatus;
}

export interface WorkSummary {
  total: number;
  applied: number;
  available: number;
  degraded: number;
  progressing: number;
  desiredTotal: number;
  updated: number;
}

export interface ManifestWorkReplicaSet extends KubeObject {
  spec: {
    placementRefs: { name: string }[];
    manifestWorkTemplate?: ManifestWorkSpec;
    cascadeDeletionPolicy?: 'Foreground' | 'Background';
  };
  status?: {
    conditions?: Condition[];
    summary?: WorkSummary;
    placementSummary?: { name: string; availableDecisionGroups: string; summary: WorkSummary }[];
  };
}

export interface AppliedResource {
  group: string;
  version: string;
  resource: string;
  namespace: string;
  name: string;
  uid: string;
}

export interface AppliedManifestWork extends KubeObject {
  spec: { hubHash: string; agentID?: string; manifestWorkName: string };
  status?: { appliedResources?: AppliedResource[] };
}
