/** OCM stand-in (local runs only): the fields of the kinds of `cluster.open-cluster-management.io` that it reads or writes. */

import type { Condition, KubeObject, Resource } from '../../../../src/api/object.ts';
import type { LabelSelector, SelectorRequirement } from './selector.ts';

const group = 'cluster.open-cluster-management.io';

export const managedClusters: Resource = {
  group,
  version: 'v1',
  kind: 'ManagedCluster',
  plural: 'managedclusters',
  namespaced: false,
};
export const managedClusterSets: Resource = {
  group,
  version: 'v1beta2',
  kind: 'ManagedClusterSet',
  plural: 'managedclustersets',
  namespaced: false,
};
export const managedClusterSetBindings: Resource = {
  group,
  version: 'v1beta2',
  kind: 'ManagedClusterSetBinding',
  plural: 'managedclustersetbindings',
  namespaced: true,
};
export const placements: Resource = {
  group,
  version: 'v1beta1',
  kind: 'Placement',
  plural: 'placements',
  namespaced: true,
};
export const placementDecisions: Resource = {
  group,
  version: 'v1beta1',
  kind: 'PlacementDecision',
  plural: 'placementdecisions',
  namespaced: true,
};

/** The set that a cluster belongs to. A cluster belongs to at most one set with the selector type ExclusiveClusterSetLabel. */
export const clusterSetLabel = `${group}/clusterset`;
export const placementLabel = `${group}/placement`;
export const decisionGroupIndexLabel = `${group}/decision-group-index`;
export const decisionGroupNameLabel = `${group}/decision-group-name`;
/** With the value `true` on a Placement, the scheduler ignores it. */
export const schedulingDisabledAnnotation = `${group}/experimental-scheduling-disable`;
/** Label of the namespace of a cluster on the hub. */
export const clusterNameLabel = 'open-cluster-management.io/cluster-name';

export interface Taint {
  key: string;
  value?: string;
  effect: 'NoSelect' | 'PreferNoSelect' | 'NoSelectIfNew';
  timeAdded?: string | null;
}

export interface ManagedCluster extends KubeObject {
  spec: {
    hubAcceptsClient?: boolean;
    leaseDurationSeconds?: number;
    managedClusterClientConfigs?: { url: string; caBundle?: string }[];
    taints?: Taint[];
  };
  status?: { conditions?: Condition[]; clusterClaims?: { name: string; value: string }[]; version?: object };
}

export interface ManagedClusterSet extends KubeObject {
  spec: {
    clusterSelector?: { selectorType?: 'ExclusiveClusterSetLabel' | 'LabelSelector'; labelSelector?: LabelSelector };
  };
  status?: { conditions?: Condition[] };
}

export interface ManagedClusterSetBinding extends KubeObject {
  spec?: { clusterSet?: string };
  status?: { conditions?: Condition[] };
}

export interface ClusterSelector {
  labelSelector?: LabelSelector;
  claimSelector?: { matchExpressions?: SelectorRequirement[] };
  celSelector?: { celExpressions?: string[] };
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

export interface GroupStrategy {
  /** A number of clusters, or a percentage of the selected clusters such as `25%`. */
  clustersPerDecisionGroup?: number | string;
  decisionGroups?: { groupName: string; groupClusterSelector: ClusterSelector }[];
}

export interface DecisionGroupStatus {
  decisionGroupIndex: number;
  decisionGroupName: string;
  decisions: string[];
  clusterCount: number;
}

export interface Placement extends KubeObject {
  spec: {
    clusterSets?: string[];
    numberOfClusters?: number;
    predicates?: { requiredClusterSelector?: ClusterSelector }[];
    tolerations?: Toleration[];
    decisionStrategy?: { groupStrategy?: GroupStrategy };
  };
  status?: { numberOfSelectedClusters?: number; decisionGroups?: DecisionGroupStatus[]; conditions?: Condition[] };
}

export interface PlacementDecision extends KubeObject {
  status?: { decisions: { clusterName: string; reason: string }[] };
}
