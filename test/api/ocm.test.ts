import assert from 'node:assert/strict';
import { apiVersionOf, type Resource } from '../../src/api/object.ts';
import * as ocm from '../../src/api/ocm.ts';

describe('the kinds of Open Cluster Management', () => {
  const rows: [Resource, apiVersion: string, namespaced: boolean][] = [
    [ocm.placements, 'cluster.open-cluster-management.io/v1beta1', true],
    [ocm.placementDecisions, 'cluster.open-cluster-management.io/v1beta1', true],
    [ocm.managedClusters, 'cluster.open-cluster-management.io/v1', false],
    [ocm.managedClusterSetBindings, 'cluster.open-cluster-management.io/v1beta2', true],
    [ocm.manifestWorks, 'work.open-cluster-management.io/v1', true],
    [ocm.manifestWorkReplicaSets, 'work.open-cluster-management.io/v1alpha1', true],
  ];
  for (const [resource, apiVersion, namespaced] of rows) {
    it(`have ${resource.kind} at the version that OCM serves`, () => {
      assert.equal(apiVersionOf(resource), apiVersion);
      assert.equal(resource.namespaced, namespaced);
      assert.equal(resource.plural, `${resource.kind.toLowerCase()}s`);
    });
  }
});
