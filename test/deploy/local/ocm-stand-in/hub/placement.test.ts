import assert from 'node:assert/strict';
import type { ManagedCluster, Placement } from '../../../../../deploy/local/ocm-stand-in/hub/cluster-kinds.ts';
import { schedule, type SchedulingInput } from '../../../../../deploy/local/ocm-stand-in/hub/placement.ts';
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

describe('OCM stand-in: schedule', () => {
  const judged: { why: string; input: SchedulingInput; selected: string[]; reason: string; message: string }[] = [
    {
      why: 'no binding in the namespace',
      input: input({ bindings: [] }),
      selected: [],
      reason: 'NoManagedClusterSetBindings',
      message: 'No valid ManagedClusterSetBindings found in placement namespace',
    },
    {
      why: 'a binding whose set does not exist is none',
      input: input({ bindings: [binding('ghost')] }),
      selected: [],
      reason: 'NoManagedClusterSetBindings',
      message: 'No valid ManagedClusterSetBindings found in placement namespace',
    },
    {
      why: 'the sets asked for are not bound here',
      input: input({ spec: { clusterSets: ['default', 'other'] } }),
      selected: [],
      reason: 'NoIntersection',
      message: 'None of ManagedClusterSets [default,other] is bound to placement namespace',
    },
    {
      why: 'the bound set has no members',
      input: input({ clusterSets: [clusterSet('empty')], bindings: [binding('empty')] }),
      selected: [],
      reason: 'AllManagedClusterSetsEmpty',
      message: 'All ManagedClusterSets [empty] have no member ManagedCluster',
    },
    {
      why: 'clusters that are being deleted are no members',
      input: input({ clusters: [cluster('c1', { metadata: { name: 'c1', deletionTimestamp: 'now' } })] }),
      selected: [],
      reason: 'AllManagedClusterSetsEmpty',
      message: 'All ManagedClusterSets [global] have no member ManagedCluster',
    },
    {
      why: 'no cluster has the label',
      input: input({
        spec: { predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { gpu: 'no' } } } }] },
      }),
      selected: [],
      reason: 'NoManagedClusterMatched',
      message: 'No ManagedCluster matches any of the cluster predicate',
    },
    {
      why: 'fewer clusters than asked for: those are kept',
      input: input({ spec: { numberOfClusters: 5 } }),
      selected: ['c1', 'c2', 'c3'],
      reason: 'NotAllDecisionsScheduled',
      message: '2 cluster decisions unscheduled',
    },
    {
      why: 'without a number all clusters',
      input: input(),
      selected: ['c1', 'c2', 'c3'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
    {
      why: 'a number takes the first by name',
      input: input({ spec: { numberOfClusters: 2 } }),
      selected: ['c1', 'c2'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
    {
      why: 'earlier decisions stay, even against the order of names',
      input: input({ spec: { numberOfClusters: 1 }, previous: new Set(['c3']) }),
      selected: ['c3'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
    {
      why: 'the exclusive label puts clusters into a set',
      input: input({
        bindings: [binding('default')],
        clusters: [...three, cluster('c4', { labels: { 'cluster.open-cluster-management.io/clusterset': 'other' } })],
      }),
      selected: ['c1', 'c2', 'c3'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
    {
      why: 'predicates are alternatives, labels and claims in one are not',
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
      why: 'an untolerated taint keeps a cluster out',
      input: input({
        clusters: [cluster('c1', { spec: { taints: [{ key: 'down', effect: 'NoSelect' }] } }), cluster('c2')],
      }),
      selected: ['c2'],
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    },
  ];
  for (const { why, input: given, selected, reason, message } of judged) {
    it(`says ${reason}: ${why}`, () => {
      const { clusters, satisfied } = schedule(given);
      assert.deepEqual(
        clusters.map((each) => each.metadata.name),
        selected,
      );
      assert.deepEqual([satisfied.reason, satisfied.message], [reason, message]);
      assert.equal(satisfied.status, reason === 'AllDecisionsScheduled' ? 'True' : 'False');
    });
  }

  it('says when the Placement is configured rightly', () => {
    const { misconfigured } = schedule(input());
    assert.deepEqual([misconfigured.status, misconfigured.reason], ['False', 'Succeedconfigured']);
  });

  const misconfigured: { why: string; spec: Placement['spec']; message: string }[] = [
    {
      why: 'an operator that does not exist',
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
      why: 'a toleration of everything that is not Exists',
      spec: { tolerations: [{ operator: 'Equal', value: 'x' }] },
      message: 'TaintToleration:If the key is empty, operator must be Exists.',
    },
    {
      why: 'CEL, which only real OCM evaluates',
      spec: { predicates: [{ requiredClusterSelector: { celSelector: { celExpressions: ['true'] } } }] },
      message: 'Predicate:celSelector is not supported by the OCM stand-in',
    },
  ];
  for (const { why, spec, message } of misconfigured) {
    it(`selects nothing from ${why}`, () => {
      const verdict = schedule(input({ spec }));
      assert.deepEqual(verdict.clusters, []);
      assert.deepEqual([verdict.misconfigured.status, verdict.misconfigured.message], ['True', message]);
      assert.equal(verdict.satisfied.reason, 'NoManagedClusterMatched');
    });
  }

  it('comes back when the first limited toleration ends', () => {
    const taint = { key: 'down', effect: 'NoSelect' as const, timeAdded: '1970-01-01T00:00:10Z' };
    const spec = { tolerations: [{ key: 'down', operator: 'Exists', tolerationSeconds: 20 }] };
    const clusters = [cluster('c1', { spec: { taints: [taint] } })];
    assert.equal(schedule(input({ spec, clusters, now: 12_000 })).requeueAfterMs, 18_000);
    assert.deepEqual(schedule(input({ spec, clusters, now: 30_000 })).clusters, []);
  });
});
