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

/** A judged Placement of revision 4, unless said otherwise. */
function rendered({
  name = 'p',
  revision = 4,
  reason,
  clusters = ['a'],
  required = 1,
}: Rendered = {}): RenderedPlacement {
  const verdict = reason ?? (clusters.length >= required ? 'AllDecisionsScheduled' : 'NotAllDecisionsScheduled');
  const placement = aPlacement({ name, numberOfClusters: required, reason: verdict });
  return { ...placementFacts(placement, decisionsOf(placement, clusters)), revision };
}

const shuffled = <T>(items: T[]) => shuffledSubarray(items, { minLength: items.length });

function unjudged(placement: RenderedPlacement): RenderedPlacement {
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
    { why: 'nothing is there to judge by', facts: {}, status: undefined },
    {
      why: 'its only Placement selects enough',
      facts: { deployed: [rendered()] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 1,
    },
    {
      why: 'more than enough is enough',
      facts: { deployed: [rendered({ clusters: clusterNames(250), required: 3 })] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 250,
    },
    {
      why: 'nothing is selected',
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
      why: 'two Placements that share a cluster select it once',
      facts: { deployed: [rendered({ name: 'p' }), rendered({ name: 'q', clusters: ['a', 'b'] })] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 2,
    },
    {
      why: 'each Placement needs its own number, others do not make up for it',
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
      why: 'one is missing and another selects clusters: not none',
      facts: { referred: [missing], deployed: [rendered()] },
      status: 'NotReady',
      reason: 'SelectedClustersLessThanRequired',
      total: 1,
    },
    { why: 'an unjudged Placement says nothing yet', facts: { deployed: [unjudged(rendered())] }, status: undefined },
    {
      why: 'an older revision says nothing about the newest',
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
      why: 'the review Placement stands in where no deployment is',
      facts: { probes: [rendered({ clusters: ['a', 'b'] })] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 2,
    },
    {
      why: 'the review Placement stands in until one of a deployment is judged',
      facts: { probes: [rendered()], deployed: [unjudged(rendered({ name: 'q' }))] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 1,
    },
    {
      why: 'a review Placement is not asked once a real one is judged',
      facts: { probes: [rendered({ clusters: [] })], deployed: [rendered({ name: 'q' })] },
      status: 'Ready',
      reason: 'PlacementsSatisfied',
      total: 1,
    },
    {
      why: 'a review Placement of an older revision does not stand in',
      facts: { probes: [rendered({ revision: 3 })] },
      status: undefined,
    },
    { why: 'the object has no stamp yet', facts: { revision: undefined, deployed: [rendered()] }, status: undefined },
    {
      why: 'a Placement that is referred to counts even before OCM has judged it',
      facts: { referred: [unjudged(rendered({ clusters: [] }))] },
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
      why: 'after an edit in place OCM still finds satisfied what selects too few',
      facts: { evaluatedGeneration: 6, deployed: [rendered({ reason: 'AllDecisionsScheduled', required: 2 })] },
      status: undefined,
    },
    {
      why: 'without an edit too few decisions are too few, whatever OCM says',
      facts: { evaluatedGeneration: 7, deployed: [rendered({ reason: 'AllDecisionsScheduled', required: 2 })] },
      status: 'NotReady',
      reason: 'SelectedClustersLessThanRequired',
      total: 1,
    },
  ];
  for (const row of rows) {
    it(`is ${row.status ?? 'left as it was'}: ${row.why}`, () => {
      const verdict = evaluateReadiness(facts(row.facts));
      assert.deepEqual(
        [verdict?.status, verdict?.conditions[0]?.reason, verdict?.totalSelectedClusters],
        [row.status, row.reason, row.total],
      );
    });
  }

  it('lists every failed placement, sorted, in its message', () => {
    const verdict = evaluateReadiness(
      facts({ deployed: [rendered({ name: 'q', required: 5 }), rendered({ name: 'ok' })], referred: [missing] }),
    );
    assert.equal(
      verdict?.conditions[0]?.message,
      'placement hub/q selects 1 of 5 required clusters: NotAllDecisionsScheduled (5 clusters are required, only 1 can be selected)\n' +
        'failed to review placements: Placement.cluster.open-cluster-management.io "byop-placement" not found\n' +
        'failed to get placement byop-placement in namespace mural-system',
    );
    assert.equal(verdict.requiredClusters, 5);
  });

  it('keeps 50 placements, failed ones first', () => {
    const good = Array.from({ length: 60 }, (_, index) => rendered({ name: `a${index}` }));
    const bad = Array.from({ length: 3 }, (_, index) => rendered({ name: `z${index}`, clusters: [] }));
    const placements = evaluateReadiness(facts({ deployed: [...good, ...bad] }))?.placements ?? [];
    assert.equal(placements.length, 50);
    assert.deepEqual(
      placements.slice(0, 4).map(({ name }) => name),
      ['z0', 'z1', 'z2', 'a0'],
    );
  });

  it('keeps its message within the bound of the CRD and says how many are left out', () => {
    const bad = Array.from({ length: 1000 }, (_, index) => rendered({ name: `p${index}`, clusters: [] }));
    const message = evaluateReadiness(facts({ deployed: bad }))?.conditions[0]?.message ?? '';
    assert.ok(message.length <= 32_768);
    assert.match(message, /\nand \d+ more placements$/);
  });

  it('keeps the list of clusters within the bound of the CRD, and the count exact', () => {
    const verdict = evaluateReadiness(facts({ deployed: [rendered({ clusters: clusterNames(5001) })] }));
    assert.equal(verdict?.selectedClusters.length, 5000);
    assert.equal(verdict?.totalSelectedClusters, 5001);
  });

  it('does not depend on the order of anything', () => {
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

describe('the verdict that a status holds', () => {
  const verdict = evaluateReadiness(facts({ deployed: [rendered()] }));
  assert.ok(verdict !== undefined);
  const status: EnvironmentStatus = verdict;

  it('is read back as it was written, whatever else the status holds', () => {
    const other = { type: 'Rendered', status: 'True' as const, reason: 'Rendered' };
    assert.deepEqual(
      readReadinessResult({ ...status, revision: 4, conditions: [other, ...verdict.conditions] }),
      verdict,
    );
  });

  it('is none where a part is missing', () => {
    const { requiredClusters: _, ...rest } = status;
    assert.equal(readReadinessResult(rest), undefined);
    assert.equal(readReadinessResult({ ...status, conditions: [] }), undefined);
    assert.equal(readReadinessResult(undefined), undefined);
  });
});
