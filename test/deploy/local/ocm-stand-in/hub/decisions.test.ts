import assert from 'node:assert/strict';
import { groupDecisions } from '../../../../../deploy/local/ocm-stand-in/hub/decisions.ts';
import { cluster, placement } from '../builders.ts';

const many = Array.from({ length: 250 }, (_, index) => cluster(`c${String(index).padStart(3, '0')}`));

describe('OCM stand-in: groupDecisions', () => {
  it('creates one object without decisions if no cluster is selected', () => {
    const { decisions, groups } = groupDecisions(placement(), []);
    assert.deepEqual(
      decisions.map(({ metadata, status }) => [metadata.name, status]),
      [['p-decision-1', { decisions: [] }]],
    );
    assert.deepEqual(groups, [
      { decisionGroupIndex: 0, decisionGroupName: '', decisions: ['p-decision-1'], clusterCount: 0 },
    ]);
  });

  it('creates objects with at most 100 decisions', () => {
    const { decisions, groups } = groupDecisions(placement(), many);
    assert.deepEqual(
      decisions.map(({ metadata, status }) => [metadata.name, status?.decisions.length]),
      [
        ['p-decision-1', 100],
        ['p-decision-2', 100],
        ['p-decision-3', 50],
      ],
    );
    assert.equal(groups[0]?.clusterCount, 250);
  });

  it('labels each object and makes the Placement its controller', () => {
    const [decision] = groupDecisions(placement(), many).decisions;
    assert.deepEqual(decision?.metadata.labels, {
      'cluster.open-cluster-management.io/placement': 'p',
      'cluster.open-cluster-management.io/decision-group-name': '',
      'cluster.open-cluster-management.io/decision-group-index': '0',
    });
    assert.deepEqual(decision.metadata.ownerReferences, [
      {
        apiVersion: 'cluster.open-cluster-management.io/v1beta1',
        kind: 'Placement',
        name: 'p',
        uid: 'placement-uid',
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  });

  it('forms groups by selector and then by size, and counts the objects of all groups', () => {
    const clusters = [cluster('c1'), cluster('c2', { labels: { stage: 'canary' } }), cluster('c3'), cluster('c4')];
    const decisionGroups = [
      { groupName: 'canary', groupClusterSelector: { labelSelector: { matchLabels: { stage: 'canary' } } } },
    ];
    const spec = { decisionStrategy: { groupStrategy: { clustersPerDecisionGroup: '50%', decisionGroups } } };
    const { groups } = groupDecisions(placement(spec), clusters);
    assert.deepEqual(
      groups.map((group) => [group.decisionGroupName, group.decisions, group.clusterCount]),
      [
        ['canary', ['p-decision-1'], 1],
        ['', ['p-decision-2'], 2],
        ['', ['p-decision-3'], 1],
      ],
    );
  });
});
