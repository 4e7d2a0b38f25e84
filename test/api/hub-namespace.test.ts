import assert from 'node:assert/strict';
import { clusterSetBinding, hubNamespaceBinding } from '../../src/api/hub-namespace.ts';

describe('the objects of a hub namespace', () => {
  it('bind the role of hub namespaces to the controller', () => {
    assert.deepEqual(hubNamespaceBinding('prod'), {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'mooring-hub-namespace', namespace: 'prod', labels: { 'app.kubernetes.io/name': 'mooring' } },
      subjects: [{ kind: 'ServiceAccount', name: 'mooring-controller', namespace: 'mooring-system' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'mooring-hub-namespace' },
    });
  });

  it('bind a ManagedClusterSet under its own name', () => {
    assert.deepEqual(clusterSetBinding('prod', 'global'), {
      apiVersion: 'cluster.open-cluster-management.io/v1beta2',
      kind: 'ManagedClusterSetBinding',
      metadata: { name: 'global', namespace: 'prod' },
      spec: { clusterSet: 'global' },
    });
  });
});
