import assert from 'node:assert/strict';
import { assert as assertProperty, property, shuffledSubarray } from 'fast-check';
import type { EnvironmentStatus } from '../../../src/api/environment.ts';
import { missingPlacement, placementFacts } from '../../../src/domain/status/placement-result.ts';
import {
  evaluateReadiness,
  readReadinessResult,
  type ReadinessFacts,
  type RenderedPlacement,
} from '../../../src/domain/status/readiness.ts';
import { aPlacement, clusterNames, decisionsOf } from '../../support/placements.ts';

interface Rendered {
  name?: string;
  revision?: number;
  reason?: string | undefined;
  clusters?: string[];
  required?: number;
}

/** A Placement of revision 4 that OCM has evaluated, by default. */
function rendered({
  name = 'p',
  revision = 4,
  reason,
  clusters = ['a'],
  required = 1,
}: Rendered = {}): RenderedPlacement {
  const evaluation = reason ?? (clusters.length >= required ? 'AllDecisionsScheduled' : 'NotAllDecisionsScheduled');
  const placement = aPlacement({ name, numberOfClusters: required, reason: evaluation });
  return { ...placementFacts(placement, decisionsOf(placement, clusters)), revision };
}

const shuffled = <T>(items: T[]) => shuffledSubarray(items, { minLength: items.length });

function unevaluated(placement: RenderedPlacement): RenderedPlacement {
  const { evaluation: _, ...rest } = placement;
  return rest;
}

function facts(over: Partial<ReadinessFacts>): ReadinessFacts {
  return {
    generation: 7,
    revision: 4,
    evaluatedGeneration: undefined,
    rendered: undefined,
    deployed: [],
    referred: [],
    probes: [],
    ...over,
  };
}

describe('the readiness of an Environment', () => {
  const missing = missingPlacement('mural-system', 'byop-placement');
  const rows: {
    why: string;
    facts: Partial<ReadinessFacts>;
    status: string | undefined;
    reason?: string;
    total?: number;
  }[] = [
    { why: 'there is no Placement', facts: {}, status: undefined },
    {
      why: 'its only Placement is satisfied',
      facts: { deployed: [rendered()] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 1,
    },
    {
      why: 'more clusters than required are accepted',
      facts: { deployed: [rendered({ clusters: clusterNames(250), required: 3 })] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 250,
    },
    {
      why: 'no cluster is selected',
      facts: { deployed: [rendered({ clusters: [] })] },
      status: 'NotReady',
      reason: 'TotalSelectedClustersLessThanZero',
      total: 0,
    },
    {
      why: 'too few are selected',
      facts: { deployed: [rendered({ required: 2 })] },
      status: 'NotReady',
      reason: 'SelectedClustersLessThanRequired',
      total: 1,
    },
    {
      why: 'a cluster that two Placements select counts once',
      facts: { deployed: [rendered({ name: 'p' }), rendered({ name: 'q', clusters: ['a', 'b'] })] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 2,
    },
    {
      why: 'each Placement has to select its own number',
      facts: { deployed: [rendered({ name: 'p', required: 3 }), rendered({ name: 'q', clusters: ['b', 'c'] })] },
      status: 'NotReady',
      reason: 'SelectedClustersLessThanRequired',
      total: 3,
    },
    {
      why: 'the only Placement is missing',
      facts: { referred: [missing] },
      status: 'NotReady',
      reason: 'TotalSelectedClustersLessThanZero',
      total: 0,
    },
    {
      why: 'one Placement is missing and another selects clusters',
      facts: { referred: [missing], deployed: [rendered()] },
      status: 'NotReady',
      reason: 'SelectedClustersLessThanRequired',
      total: 1,
    },
    { why: 'OCM has not evaluated the Placement', facts: { deployed: [unevaluated(rendered())] }, status: undefined },
    {
      why: 'a Placement of an older revision does not count',
      facts: { deployed: [rendered({ revision: 3 })] },
      status: undefined,
    },
    {
      why: 'deployments pinned to an older revision do not count',
      facts: { deployed: [rendered({ name: 'old', revision: 3, clusters: [] }), rendered()] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 1,
    },
    {
      why: 'a probe counts if there is no deployment',
      facts: { probes: [rendered({ clusters: ['a', 'b'] })] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 2,
    },
    {
      why: 'a probe counts until OCM has evaluated a Placement of a deployment',
      facts: { probes: [rendered()], deployed: [unevaluated(rendered({ name: 'q' }))] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 1,
    },
    {
      why: 'a probe does not count once a Placement of a deployment is evaluated',
      facts: { probes: [rendered({ clusters: [] })], deployed: [rendered({ name: 'q' })] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 1,
    },
    {
      why: 'a probe of an older revision does not count',
      facts: { probes: [rendered({ revision: 3 })] },
      status: undefined,
    },
    { why: 'the object has no stamp yet', facts: { revision: undefined, deployed: [rendered()] }, status: undefined },
    {
      why: 'an external Placement counts before OCM has evaluated it',
      facts: { referred: [unevaluated(rendered({ clusters: [] }))] },
      status: 'NotReady',
      reason: 'TotalSelectedClustersLessThanZero',
      total: 0,
    },
    {
      why: 'its topology cannot be rendered',
      facts: {
        rendered: { type: 'Rendered', status: 'False', reason: 'InvalidParameter', message: 'no' },
        probes: [rendered()],
      },
      status: 'NotReady',
      reason: 'InvalidParameter',
      total: 0,
    },
    {
      why: 'after an edit, OCM still reports a Placement as satisfied that selects too few',
      facts: { evaluatedGeneration: 6, deployed: [rendered({ reason: 'AllDecisionsScheduled', required: 2 })] },
      status: undefined,
    },
    {
      why: 'without an edit, too few decisions count, although OCM reports the Placement as satisfied',
      facts: { evaluatedGeneration: 7, deployed: [rendered({ reason: 'AllDecisionsScheduled', required: 2 })] },
      status: 'NotReady',
      reason: 'SelectedClustersLessThanRequired',
      total: 1,
    },
  ];
  for (const row of rows) {
    it(`is ${row.status ?? 'unchanged'}: ${row.why}`, () => {
      const result = evaluateReadiness(facts(row.facts));
      assert.deepEqual(
        [result?.status, result?.conditions[0]?.reason, result?.totalSelectedClusters],
        [row.status, row.reason, row.total],
      );
    });
  }

  it('lists every failed Placement in its message, sorted', () => {
    const result = evaluateReadiness(
      facts({ deployed: [rendered({ name: 'q', required: 5 }), rendered({ name: 'ok' })], referred: [missing] }),
    );
    assert.equal(
      result?.conditions[0]?.message,
      'placement hub/q selects 1 of 5 required clusters: NotAllDecisionsScheduled (5 clusters are required, only 1 can be selected)\n' +
        'failed to review placements: Placement.cluster.open-cluster-management.io "byop-placement" not found\n' +
        'failed to get placement byop-placement in namespace mural-system',
    );
    assert.equal(result.requiredClusters, 5);
  });

  it('lists 50 Placements, failed ones first', () => {
    const good = Array.from({ length: 60 }, (_, index) => rendered({ name: `a${index}` }));
    const bad = Array.from({ length: 3 }, (_, index) => rendered({ name: `z${index}`, clusters: [] }));
    const placements = evaluateReadiness(facts({ deployed: [...good, ...bad] }))?.placements ?? [];
    assert.equal(placements.length, 50);
    assert.deepEqual(
      placements.slice(0, 4).map(({ name }) => name),
      ['z0', 'z1', 'z2', 'a0'],
    );
  });

  it('limits the length and the lines of its message and counts the omitted Placements', () => {
    const bad = Array.from({ length: 1000 }, (_, index) => rendered({ name: `p${index}`, clusters: [] }));
    const message = evaluateReadiness(facts({ deployed: bad }))?.conditions[0]?.message ?? '';
    assert.ok(message.length <= 4096);
    assert.ok(message.split('\n').length <= 50);
    assert.match(message, /\nand \d+ more placements$/);
  });

  it('limits the list of clusters to the maximum of the schema and keeps the exact count', () => {
    const result = evaluateReadiness(facts({ deployed: [rendered({ clusters: clusterNames(5001) })] }));
    assert.equal(result?.selectedClusters.length, 5000);
    assert.equal(result?.totalSelectedClusters, 5001);
  });

  it('does not depend on any order', () => {
    const placement = aPlacement({ name: 'p', numberOfClusters: 3, reason: 'AllDecisionsScheduled' });
    const decisions = decisionsOf(placement, clusterNames(230));
    const others = [
      rendered({ name: 'x', clusters: [] }),
      rendered({ name: 'y', clusters: ['m', 'n'], required: 4 }),
      rendered({ name: 'z' }),
    ];
    const referred = [missing, missingPlacement('hub', 'other')];
    const bytes = (order: typeof decisions, deployed: RenderedPlacement[], refs: typeof referred) =>
      JSON.stringify(
        evaluateReadiness(
          facts({ deployed: [{ ...placementFacts(placement, order), revision: 4 }, ...deployed], referred: refs }),
        ),
      );
    const expected = bytes(decisions, others, referred);
    assertProperty(
      property(shuffled(decisions), shuffled(others), shuffled(referred), (order, deployed, refs) => {
        assert.equal(bytes(order, deployed, refs), expected);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the result in a status', () => {
  const result = evaluateReadiness(facts({ deployed: [rendered()] }));
  assert.ok(result !== undefined);
  const status: EnvironmentStatus = result;

  it('is read back as it was written, beside the fields of others', () => {
    const other = { type: 'Rendered', status: 'True' as const, reason: 'Rendered' };
    assert.deepEqual(
      readReadinessResult({ ...status, revision: 4, conditions: [other, ...result.conditions] }),
      result,
    );
  });

  it('is undefined if a field is missing', () => {
    const { requiredClusters: _, ...rest } = status;
    assert.equal(readReadinessResult(rest), undefined);
    assert.equal(readReadinessResult({ ...status, conditions: [] }), undefined);
    assert.equal(readReadinessResult(undefined), undefined);
  });
});
