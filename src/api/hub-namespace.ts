import { accountOf, hubNamespaceRole, installNamespace } from './names.ts';
import type { KubeObject, Resource } from './object.ts';

/** The API group of roles and bindings, and its version. */
export const rbacGroup = 'rbac.authorization.k8s.io';
export const rbacApiVersion = `${rbacGroup}/v1`;

/** The kind of what opens a hub namespace. */
export const roleBindings: Resource = {
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
};

/** What a namespace on the hub is used for, so that a work agent must not delete it. */
export type HubNamespaceUse =
  /** It contains objects of mooring. */
  | 'objects'
  /** mooring writes Placements and ManifestWorkReplicaSets in it. */
  | 'hub-namespace'
  /** It belongs to the ManagedCluster of the same name. */
  | 'cluster-namespace';

/** What opens a hub namespace: the controller may write Placements and ManifestWorkReplicaSets in it. */
export function hubNamespaceBinding(namespace: string, controllerNamespace: string = installNamespace): KubeObject {
  const subject = { kind: 'ServiceAccount', name: accountOf('controller'), namespace: controllerNamespace };
  return withFields(
    {
      apiVersion: rbacApiVersion,
      kind: 'RoleBinding',
      metadata: { name: hubNamespaceRole, namespace, labels: { 'app.kubernetes.io/name': 'mooring' } },
    },
    { subjects: [subject], roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: hubNamespaceRole } },
  );
}

/** What permits Placements in a hub namespace to select clusters of a ManagedClusterSet. */
export function clusterSetBinding(namespace: string, clusterSet: string): KubeObject {
  return withFields(
    {
      apiVersion: 'cluster.open-cluster-management.io/v1beta2',
      kind: 'ManagedClusterSetBinding',
      metadata: { name: clusterSet, namespace },
    },
    { spec: { clusterSet } },
  );
}

function withFields<Fields>(object: KubeObject, fields: Fields): KubeObject & Fields {
  return { ...object, ...fields };
}
