import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import type { Selections } from '../../../src/domain/spoke/disjoint-selections.ts';
import { leftLocalClusters, mayReachAnyHub, reachableLocalClusters } from '../../../src/domain/spoke/local-clusters.ts';
import { spokeState } from '../../support/deployment-changes.ts';

const setLabel = 'cluster.open-cluster-management.io/clusterset';
const hub = { name: 'hub', labels: { 'local-cluster': 'true', region: 'eu', [setLabel]: 'default' } };
const set = (clusterSelector: JsonObject): JsonObject => ({ clusterSelector });
const clusterSets = new Map([
  ['default', set({ selectorType: 'ExclusiveClusterSetLabel' })],
  ['edge', set({})],
  ['global', set({ selectorType: 'LabelSelector', labelSelector: {} })],
  ['remote', set({ selectorType: 'LabelSelector', labelSelector: { matchLabels: { region: 'us' } } })],
  ['later', set({ selectorType: 'InventedLater' })],
  ['empty', {}],
]);

const matching = (labelSelector: JsonObject): JsonObject => ({ requiredClusterSelector: { labelSelector } });
const expression = (key: string, operator: string, ...values: string[]): JsonObject =>
  matching({ matchExpressions: [{ key, operator, ...(values.length === 0 ? {} : { values }) }] });
const notTheHub = expression('local-cluster', 'NotIn', 'true');
const selecting = (...predicates: JsonObject[]): JsonObject[] => [{ predicates }];
const inSets = (...names: string[]): JsonObject[] => [{ clusterSets: names }];

describe('whether Placements may select the hub itself', () => {
  const rows: { what: string; selections: Selections; may: boolean; why: string }[] = [
    { what: 'no predicate', selections: [{ numberOfClusters: 1 }], may: true, why: 'it selects any cluster' },
    { what: 'unknown Placements', selections: undefined, may: true, why: 'unknown is not excluded' },
    { what: 'no Placement', selections: [], may: false, why: 'nothing is selected' },
    { what: 'NotIn ["true"]', selections: selecting(notTheHub), may: false, why: 'messages print this' },
    {
      what: 'NotIn ["false"]',
      selections: selecting(expression('local-cluster', 'NotIn', 'false')),
      may: true,
      why: '',
    },
    { what: 'DoesNotExist', selections: selecting(expression('local-cluster', 'DoesNotExist')), may: false, why: '' },
    { what: 'Exists', selections: selecting(expression('local-cluster', 'Exists')), may: true, why: '' },
    {
      what: 'a region of the hub',
      selections: selecting(matching({ matchLabels: { region: 'eu' } })),
      may: true,
      why: '',
    },
    { what: 'another region', selections: selecting(matching({ matchLabels: { region: 'us' } })), may: false, why: '' },
    { what: 'a label it lacks', selections: selecting(expression('gpu', 'Exists')), may: false, why: '' },
    {
      what: 'an inherited name',
      selections: selecting(expression('constructor', 'Exists')),
      may: false,
      why: 'labels are data',
    },
    {
      what: 'two predicates of which one excludes it',
      selections: selecting(notTheHub, matching({ matchLabels: { region: 'eu' } })),
      may: true,
      why: 'one predicate is enough for OCM',
    },
    {
      what: 'two Placements of which one excludes it',
      selections: [...selecting(notTheHub), {}],
      may: true,
      why: 'their clusters add up',
    },
    {
      what: 'a claim and CEL',
      selections: selecting({
        requiredClusterSelector: {
          claimSelector: {
            matchExpressions: [{ key: 'product.open-cluster-management.io', operator: 'In', values: ['x'] }],
          },
          celSelector: { celExpressions: ['false'] },
        },
      }),
      may: true,
      why: 'neither proves anything',
    },
    {
      what: 'an operator that nobody knows',
      selections: selecting(expression('local-cluster', 'Lt', '1')),
      may: true,
      why: '',
    },
    { what: 'its set', selections: inSets('default'), may: true, why: 'it has the label of the set' },
    { what: 'another set', selections: inSets('edge'), may: false, why: 'an exclusive set, by default' },
    { what: 'a set without a selector', selections: inSets('empty'), may: false, why: 'exclusive by default' },
    { what: 'the set of all clusters', selections: inSets('global'), may: true, why: '' },
    { what: 'a set of another region', selections: inSets('remote'), may: false, why: '' },
    { what: 'a set of a kind that nobody knows', selections: inSets('later'), may: true, why: '' },
    { what: 'a set that does not exist', selections: inSets('missing'), may: true, why: 'it may be created' },
    { what: 'one of two sets', selections: inSets('edge', 'default'), may: true, why: 'their clusters add up' },
    { what: 'an empty list of sets', selections: inSets(), may: true, why: 'all bound sets' },
    { what: 'sets that are not a list', selections: [{ clusterSets: 'edge' }], may: true, why: 'it is malformed' },
    { what: 'a set that is not a name', selections: [{ clusterSets: [1] }], may: true, why: 'it is malformed' },
  ];
  for (const { what, selections, may, why } of rows) {
    it(`${may ? 'holds' : 'does not hold'} for ${what}${why === '' ? '' : `: ${why}`}`, () => {
      assert.deepEqual(reachableLocalClusters(selections, { clusters: [hub], clusterSets }), may ? ['hub'] : []);
    });
  }

  it('is decided for each cluster that is the hub, sorted', () => {
    const clusters = [{ name: 'z', labels: {} }, { name: 'a', labels: {} }, hub];
    const selections = selecting(expression('region', 'DoesNotExist'));
    assert.deepEqual(reachableLocalClusters(selections, { clusters, clusterSets }), ['a', 'z']);
    assert.deepEqual(reachableLocalClusters([{}], { clusters: [], clusterSets }), []);
  });

  it('holds without knowledge of the clusters, unless the label excludes the hub', () => {
    assert.equal(mayReachAnyHub(selecting(notTheHub)), false);
    assert.equal(mayReachAnyHub(selecting(matching({ matchLabels: { region: 'us' } }))), true);
    assert.equal(mayReachAnyHub(undefined), true);
  });
});

describe('where a deployment leaves the hub', () => {
  const local = { clusters: [hub], clusterSets };
  const owner = spokeState('owner', ['a', 'hub']);
  const rows: { why: string; change: Parameters<typeof leftLocalClusters>[0]; reachable?: string[]; left: string[] }[] =
    [
      { why: 'it is there and not selected any more', change: { observed: owner, desired: owner }, left: ['hub'] },
      { why: 'it stays selected', change: { observed: owner, desired: owner }, reachable: ['hub'], left: [] },
      { why: 'it is not there', change: { observed: spokeState('owner', ['a']), desired: owner }, left: [] },
      { why: 'it is not known where it is', change: { observed: spokeState('owner'), desired: owner }, left: [] },
      {
        why: 'it does not create the namespace',
        change: { observed: spokeState('guest', ['hub']), desired: owner },
        left: [],
      },
      {
        why: 'it moves to another namespace',
        change: { observed: owner, desired: spokeState('owner', ['a'], { namespace: 'store' }) },
        reachable: ['hub'],
        left: ['hub'],
      },
      {
        why: 'it stops creating the namespace',
        change: { observed: owner, desired: spokeState('guest', ['hub']) },
        reachable: ['hub'],
        left: ['hub'],
      },
      {
        why: 'it is not known what happens to the namespace',
        change: { observed: owner, desired: spokeState('unknown', ['hub']) },
        reachable: ['hub'],
        left: [],
      },
      {
        why: 'it is not known what is wanted',
        change: { observed: owner },
        reachable: ['hub'],
        left: [],
      },
      { why: 'nothing is applied', change: { desired: owner }, left: [] },
    ];
  for (const { why, change, reachable = [], left } of rows) {
    it(`is ${left.join() || 'nowhere'}: ${why}`, () => {
      assert.deepEqual(leftLocalClusters(change, reachable, local), left);
    });
  }
});
