import assert from 'node:assert/strict';
import { clustersWithoutWork, decidedClusters, missingWorks } from '../../../src/domain/spoke/missing-works.ts';
import { aPlacement } from '../../support/placements.ts';

const now = '2026-01-01T00:00:07.250Z';
const before = { worksMissingSince: '2026-01-01T00:00:00Z', worksMissingOn: ['a'] };

describe('clusters without a ManifestWork', () => {
  it('are those that had one, or miss one since before', () => {
    assert.deepEqual(clustersWithoutWork({ selectedClusters: ['c', 'b'], ...before }, ['b']), ['a', 'c']);
  });

  it('are none if the status says nothing, or every cluster has one', () => {
    assert.deepEqual(clustersWithoutWork(), []);
    assert.deepEqual(clustersWithoutWork({ selectedClusters: ['b'], ...before }, ['a', 'b']), []);
  });
});

describe('the clusters that a Placement selects', () => {
  const conditions = [{ type: 'PlacementSatisfied', status: 'False' as const, reason: 'NoManagedClusterMatched' }];
  const decision = (...names: string[]) => ({
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'PlacementDecision',
    metadata: { name: 'd' },
    status: { decisions: names.map((clusterName) => ({ clusterName })) },
  });
  const placement = (status: object) => ({ ...aPlacement(), status });

  it('are those of all its PlacementDecisions', () => {
    const decided = placement({ numberOfSelectedClusters: 3, conditions });
    assert.deepEqual(decidedClusters(decided, [decision('a', 'b'), decision('c')]), ['a', 'b', 'c']);
    assert.deepEqual(decidedClusters(placement({ conditions }), []), []);
  });

  it('are unknown until OCM has decided, and while decisions are not complete', () => {
    const { status: _status, ...without } = decision();
    assert.equal(decidedClusters(placement({}), []), undefined);
    assert.equal(decidedClusters(aPlacement(), [decision('a')]), undefined);
    assert.equal(decidedClusters(placement({ numberOfSelectedClusters: 1, conditions }), [without]), undefined);
  });
});

describe('missing ManifestWorks', () => {
  it('are those of clusters that are still selected, since the first loss', () => {
    assert.deepEqual(missingWorks(['a', 'b'], undefined, { selected: ['b'], now }), {
      since: '2026-01-01T00:00:07Z',
      clusters: ['b'],
    });
    assert.deepEqual(missingWorks(['a', 'b'], before, { selected: ['a', 'b'], now }), {
      since: '2026-01-01T00:00:00Z',
      clusters: ['a', 'b'],
    });
  });

  it('are those of all clusters as long as the selection is unknown', () => {
    assert.deepEqual(missingWorks(['a'], before, { selected: undefined, now }), {
      since: '2026-01-01T00:00:00Z',
      clusters: ['a'],
    });
  });

  it('are none if no cluster without one is selected', () => {
    assert.equal(missingWorks(['a'], before, { selected: ['b'], now }), undefined);
    assert.equal(missingWorks([], before, { selected: undefined, now }), undefined);
  });
});
