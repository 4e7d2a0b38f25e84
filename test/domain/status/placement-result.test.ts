import assert from 'node:assert/strict';
import type { Condition } from '../../../src/api/object.ts';
import {
  failureOf,
  isSatisfied,
  missingPlacement,
  placementFacts,
  placementResult,
} from '../../../src/domain/status/placement-result.ts';
import { aPlacement, clusterNames, decisionsOf } from '../../support/placements.ts';

describe('reading a Placement', () => {
  const placement = aPlacement();
  const rows: { why: string; decisions: ReturnType<typeof decisionsOf>; selected: number }[] = [
    { why: 'nothing is decided', decisions: [], selected: 0 },
    {
      why: 'OCM has one empty decision for a Placement that selects nothing',
      decisions: decisionsOf(placement, []),
      selected: 0,
    },
    {
      why: 'one object has at most 100 decisions',
      decisions: decisionsOf(placement, clusterNames(250)),
      selected: 250,
    },
    {
      why: 'a cluster may be in two objects for a moment',
      decisions: [...decisionsOf(placement, ['a', 'b']), ...decisionsOf(placement, ['b', 'c'])],
      selected: 3,
    },
    {
      why: 'the decision belongs to a deleted Placement of the same name',
      decisions: decisionsOf(placement, ['a'], 'uid of the old one'),
      selected: 0,
    },
    {
      why: 'a decision without owner does not count',
      decisions: decisionsOf(placement, ['a']).map((decision) => ({ ...decision, metadata: { name: 'x' } })),
      selected: 0,
    },
  ];
  for (const { why, decisions, selected } of rows) {
    it(`counts ${selected} clusters: ${why}`, () => {
      assert.equal(placementFacts(placement, decisions).clusters.length, selected);
    });
  }

  it('requires one cluster if the Placement has no number, or zero', () => {
    assert.equal(placementFacts(aPlacement(), []).required, 1);
    assert.equal(placementFacts(aPlacement({ numberOfClusters: 0 }), []).required, 1);
    assert.equal(placementFacts(aPlacement({ numberOfClusters: 3 }), []).required, 3);
  });

  it('uses the condition of OCM only if it is about the current generation', () => {
    const reason = 'AllDecisionsScheduled';
    const evaluated = (options: object) =>
      placementFacts(aPlacement({ reason, generation: 2, ...options }), []).evaluation;
    assert.deepEqual(evaluated({}), { satisfied: true, reason });
    assert.deepEqual(evaluated({ observedGeneration: 2 }), { satisfied: true, reason });
    assert.equal(evaluated({ observedGeneration: 1 }), undefined);
    assert.equal(placementFacts(aPlacement(), []).evaluation, undefined);
  });
});

describe('the result of a Placement', () => {
  it('has the documented two lines if the Placement is missing', () => {
    const facts = missingPlacement('mural-system', 'byop-placement');
    assert.equal(isSatisfied(facts), false);
    assert.equal(
      failureOf(facts),
      'failed to review placements: Placement.cluster.open-cluster-management.io "byop-placement" not found\n' +
        'failed to get placement byop-placement in namespace mural-system',
    );
    assert.equal(placementResult(facts).reason, 'NotFound');
  });

  it('has the message of PlacementMisconfigured', () => {
    const evaluated = aPlacement({ reason: 'NoManagedClusterMatched' });
    const misconfigured: Condition = {
      type: 'PlacementMisconfigured',
      status: 'True',
      reason: 'Misconfigured',
      message: 'incorrect builtin prioritizer: NoSuch',
    };
    const failureWith = (condition: Condition) =>
      failureOf(
        placementFacts(
          { ...evaluated, status: { conditions: [...(evaluated.status?.conditions ?? []), condition] } },
          [],
        ),
      );
    assert.match(failureWith(misconfigured), /NoManagedClusterMatched \(it is misconfigured: incorrect .*: NoSuch\)$/);
    const { message: _, ...silent } = misconfigured;
    assert.match(failureWith(silent), /\(it is misconfigured: Misconfigured\)$/);
    assert.match(failureWith({ ...misconfigured, status: 'False' }), /no cluster matches/);
  });

  const rows: [reason: string | undefined, clusters: string[], message: string][] = [
    [undefined, [], 'selects 0 of 3 required clusters: OCM has not evaluated it yet'],
    [
      'NoManagedClusterSetBindings',
      [],
      'selects 0 of 3 required clusters: NoManagedClusterSetBindings (no ManagedClusterSet is bound to namespace hub)',
    ],
    [
      'NoIntersection',
      [],
      'selects 0 of 3 required clusters: NoIntersection (none of its clusterSets [eu, us] is bound to namespace hub)',
    ],
    [
      'AllManagedClusterSetsEmpty',
      [],
      'selects 0 of 3 required clusters: AllManagedClusterSetsEmpty (the ManagedClusterSets that it may select from have no clusters)',
    ],
    [
      'NoManagedClusterMatched',
      [],
      'selects 0 of 3 required clusters: NoManagedClusterMatched (no cluster matches its predicates and tolerations)',
    ],
    [
      'NotAllDecisionsScheduled',
      ['a', 'b'],
      'selects 2 of 3 required clusters: NotAllDecisionsScheduled (3 clusters are required, only 2 can be selected)',
    ],
    [
      'AllDecisionsScheduled',
      ['a'],
      'selects 1 of 3 required clusters: AllDecisionsScheduled (its PlacementDecisions contain fewer clusters than OCM has selected)',
    ],
    ['SomethingNew', ['a'], 'selects 1 of 3 required clusters: SomethingNew'],
  ];
  for (const [reason, clusters, message] of rows) {
    it(`explains ${reason ?? 'a Placement that is not evaluated'}`, () => {
      const placement = aPlacement({
        numberOfClusters: 3,
        clusterSets: ['us', 'eu'],
        ...(reason === undefined ? {} : { reason }),
      });
      const result = placementResult(placementFacts(placement, decisionsOf(placement, clusters)));
      assert.equal(result.message, `placement hub/placement ${message}`);
      assert.equal(result.reason, reason ?? 'NotEvaluated');
    });
  }

  it('has no message if the Placement is satisfied', () => {
    const placement = aPlacement({ reason: 'AllDecisionsScheduled' });
    assert.deepEqual(placementResult(placementFacts(placement, decisionsOf(placement, ['a', 'b']))), {
      namespace: 'hub',
      name: 'placement',
      selected: 2,
      required: 1,
      satisfied: true,
      reason: 'AllDecisionsScheduled',
    });
  });
});
