import assert from 'node:assert/strict';
import type { ManagedCluster, Placement } from '../../../../../deploy/local/ocm-stand-in/hub/cluster-kinds.ts';
import { schedulePlacement, type SchedulingInput } from '../../../../../deploy/local/ocm-stand-in/hub/placement.ts';
import { binding, cluster, clusterSet, globalSet, placement } from '../builders.ts';

const three = [cluster('c1'), cluster('c2', { labels: { gpu: 'yes' } }), cluster('c3')];
const claims = (name: string, value: string): Partial<ManagedCluster> => ({
  status: { clusterClaims: [{ name, value }] },
});

function input(overrides: Partial<SchedulingInput> & { spec?: Placement['spec'] } = {}): SchedulingInput {
  const { spec = {}, ...rest } = overrides;
  return {
    placement: placement(spec),
    bindings: [binding('global')],
    clusterSets: [globalSet, clusterSet('default')],
    clusters: three,
    previous: new Set(),
    now: 0,
    ...rest,
  };
}

describe('OCM stand-in: schedulePlacement', () => {
  const rows: { why: string; input: SchedulingInput; selected: string[]; reason: string; message: string }[] = [
    {
      why: 'there is no binding in the namespace',
      input: input({ bindings: [] }),
      selected: [],
      reason: 'NoManagedClusterSetBindings',
      message: 'No valid ManagedClusterSetBindings found in placement namespace',
    },
    {
      why: 'the set of the binding does not exist',
      input: input({ bindings: [binding('ghost')] }),
      selected: [],
      reason: 'NoManagedClusterSetBindings',
      message: 'No valid ManagedClusterSetBindings found in placement namespace',
    },
    {
      why: 'the named set is not bound to the namespace',
      input: input({ spec: { clusterSets: ['default', 'other'] } }),
      selected: [],
      reason: 'NoIntersection',
      message: 'None of ManagedClusterSets [default,other] is bound to placement namespace',
    },
    {
      why: 'the bound set does not have members',
      input: input({ clusterSets: [clusterSet('empty')], bindings: [binding('empty')] }),
      selected: [],
      reason: 'AllManagedClusterSetsEmpty',
      message: 'All ManagedClusterSets [empty] have no member ManagedCluster',
    },
    {
      why: 'the only member is terminating',
      input: input({ clusters: [cluster('c1', { metadata: { name: 'c1', deletionTimestamp: 'now' } })] }),
      selected: [],
      reason: 'AllManagedClusterSetsEmpty',
      message: 'All ManagedClusterSets [global] have no member ManagedCluster',
    },
    {
      why: 'no cluster matches the predicate',
      input: input({
        spec: { predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { gpu: 'no' } } } }] },
      }),
      selected: [],
      reason: 'NoManagedClusterMatched',
      message: 'No ManagedCluster matches any of the cluster predicate',
    },
    {
      why: 'there are fewer clusters than required; they are selected',
      input: input({ spec: { numberOfClusters: 5 } }),
      selected: ['c1', 'c2', 'c3'],
      reason: 'NotAllDecisionsScheduled',
      message: '2 cluster decisions unscheduled',
    },
    {
      why: 'without numberOfClusters all clusters are selected',
      input: input(),
      selected: ['c1', 'c2', 'c3'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
    {
      why: 'with numberOfClusters the first clusters by name are selected',
      input: input({ spec: { numberOfClusters: 2 } }),
      selected: ['c1', 'c2'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
    {
      why: 'clusters that are selected now come before the order of names',
      input: input({ spec: { numberOfClusters: 1 }, previous: new Set(['c3']) }),
      selected: ['c3'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
    {
      why: 'the label clusterset makes clusters members of a set',
      input: input({
        bindings: [binding('default')],
        clusters: [...three, cluster('c4', { labels: { 'cluster.open-cluster-management.io/clusterset': 'other' } })],
      }),
      selected: ['c1', 'c2', 'c3'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
    {
      why: 'a cluster must match one of the predicates, but both labels and claims of it',
      input: input({
        spec: {
          predicates: [
            { requiredClusterSelector: { labelSelector: { matchLabels: { gpu: 'yes' } } } },
            {
              requiredClusterSelector: {
                labelSelector: { matchExpressions: [{ key: 'gpu', operator: 'DoesNotExist' }] },
                claimSelector: { matchExpressions: [{ key: 'platform', operator: 'In', values: ['aws'] }] },
              },
            },
          ],
        },
        clusters: [...three, cluster('c4', claims('platform', 'aws')), cluster('c5', claims('platform', 'gcp'))],
      }),
      selected: ['c2', 'c4'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
    {
      why: 'a cluster with a taint is not selected without a toleration',
      input: input({
        clusters: [cluster('c1', { spec: { taints: [{ key: 'down', effect: 'NoSelect' }] } }), cluster('c2')],
      }),
      selected: ['c2'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
  ];
  for (const { why, input: given, selected, reason, message } of rows) {
    it(`has the reason ${reason}: ${why}`, () => {
      const { clusters, satisfied } = schedulePlacement(given);
      assert.deepEqual(
        clusters.map((each) => each.metadata.name),
        selected,
      );
      assert.deepEqual([satisfied.reason, satisfied.message], [reason, message]);
      assert.equal(satisfied.status, reason === 'AllDecisionsScheduled' ? 'True' : 'False');
    });
  }

  it('says that a valid Placement is not misconfigured', () => {
    const { misconfigured } = schedulePlacement(input());
    assert.deepEqual([misconfigured.status, misconfigured.reason], ['False', 'Succeedconfigured']);
  });

  const misconfigured: { why: string; spec: Placement['spec']; message: string }[] = [
    {
      why: 'an operator does not exist',
      spec: {
        predicates: [
          {
            requiredClusterSelector: {
              labelSelector: { matchExpressions: [{ key: 'a', operator: 'Like', values: ['b'] }] },
            },
          },
        ],
      },
      message: 'Predicate:"Like" is not a valid label selector operator',
    },
    {
      why: 'a toleration without a key does not have the operator Exists',
      spec: { tolerations: [{ operator: 'Equal', value: 'x' }] },
      message: 'TaintToleration:If the key is empty, operator must be Exists.',
    },
    {
      why: 'it contains CEL, which the stand-in does not evaluate',
      spec: { predicates: [{ requiredClusterSelector: { celSelector: { celExpressions: ['true'] } } }] },
      message: 'Predicate:celSelector is not supported by the OCM stand-in',
    },
  ];
  for (const { why, spec, message } of misconfigured) {
    it(`selects nothing if the Placement is misconfigured: ${why}`, () => {
      const schedule = schedulePlacement(input({ spec }));
      assert.deepEqual(schedule.clusters, []);
      assert.deepEqual([schedule.misconfigured.status, schedule.misconfigured.message], ['True', message]);
      assert.equal(schedule.satisfied.reason, 'NoManagedClusterMatched');
    });
  }

  it('is requeued when the first toleration with a time limit ends', () => {
    const taint = { key: 'down', effect: 'NoSelect' as const, timeAdded: '1970-01-01T00:00:10Z' };
    const spec = { tolerations: [{ key: 'down', operator: 'Exists', tolerationSeconds: 20 }] };
    const clusters = [cluster('c1', { spec: { taints: [taint] } })];
    assert.equal(schedulePlacement(input({ spec, clusters, now: 12_000 })).requeueAfterMs, 18_000);
    assert.deepEqual(schedulePlacement(input({ spec, clusters, now: 30_000 })).clusters, []);
  });
});
