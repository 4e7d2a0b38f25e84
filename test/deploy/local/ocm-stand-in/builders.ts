import type { KubeObject } from '../../../../src/api/object.ts';
import type {
  ManagedCluster,
  ManagedClusterSet,
  ManagedClusterSetBinding,
  Placement,
} from '../../../../deploy/local/ocm-stand-in/hub/cluster-kinds.ts';
import type {
  ManifestWork,
  ManifestWorkReplicaSet,
  ManifestWorkSpec,
} from '../../../../deploy/local/ocm-stand-in/work-kinds.ts';

export const now = '2026-01-02T03:04:05Z';

export function cluster(name: string, rest: Partial<ManagedCluster> & { labels?: Record<string, string> } = {}) {
  const { labels = {}, ...fields } = rest;
  const object: ManagedCluster = {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name, labels: { 'cluster.open-cluster-management.io/clusterset': 'default', ...labels } },
    spec: { hubAcceptsClient: true },
    ...fields,
  };
  return object;
}

export function clusterSet(name: string, clusterSelector?: ManagedClusterSet['spec']['clusterSelector']) {
  const object: ManagedClusterSet = {
    apiVersion: 'cluster.open-cluster-management.io/v1beta2',
    kind: 'ManagedClusterSet',
    metadata: { name },
    spec: clusterSelector === undefined ? {} : { clusterSelector },
  };
  return object;
}

export const globalSet = clusterSet('global', { selectorType: 'LabelSelector', labelSelector: {} });

export function binding(name: string): ManagedClusterSetBinding {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta2',
    kind: 'ManagedClusterSetBinding',
    metadata: { name, namespace: 'apps' },
    spec: { clusterSet: name },
  };
}

export function placement(spec: Placement['spec'] = {}): Placement {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'Placement',
    metadata: { name: 'p', namespace: 'apps', uid: 'placement-uid' },
    spec,
  };
}

export function replicaSet(template: ManifestWorkSpec, placements: string[] = ['p']): ManifestWorkReplicaSet {
  return {
    apiVersion: 'work.open-cluster-management.io/v1alpha1',
    kind: 'ManifestWorkReplicaSet',
    metadata: { name: 'web', namespace: 'apps', labels: { team: 'blue' } },
    spec: { placementRefs: placements.map((name) => ({ name })), manifestWorkTemplate: template },
  };
}

export function work(
  clusterName: string,
  spec: ManifestWorkSpec,
  rest: { placement?: string; deleting?: boolean } = {},
) {
  const object: ManifestWork = {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: {
      name: 'web',
      namespace: clusterName,
      generation: 3,
      resourceVersion: '7',
      labels: {
        team: 'blue',
        'work.open-cluster-management.io/manifestworkreplicaset': 'apps.web',
        'work.open-cluster-management.io/placementname': rest.placement ?? 'p',
      },
      ...(rest.deleting === true ? { deletionTimestamp: now } : {}),
    },
    spec,
  };
  return object;
}

export function namespaceManifest(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export function configMap(namespace: string, name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } };
}
