import assert from 'node:assert/strict';
import type { ManifestWork, Placement } from '../../src/api/ocm.ts';
import { isComplete, workProgress } from '../../src/domain/work-progress.ts';
import { aReplicaSet, aWork } from '../support/hub-objects.ts';
import { aPlacement } from '../support/placements.ts';

const selecting = (clusters: number): Placement => ({
  ...aPlacement(),
  status: { numberOfSelectedClusters: clusters },
});
const progress = (works: ManifestWork[], clusters = works.length) =>
  workProgress([{ replicaSet: aReplicaSet(), works, placements: [selecting(clusters)] }]);

const pending: { what: string; work: ManifestWork; why: string }[] = [
  { what: 'a work that nobody has looked at', work: aWork('a', { applied: 'never' }), why: 'no condition yet' },
  { what: 'a work that could not be applied', work: aWork('a', { applied: 'False' }), why: 'the agent says so' },
  {
    what: 'a work whose newest content the agent has not seen',
    work: aWork('a', { observed: 2 }),
    why: 'it speaks of an older one',
  },
  { what: 'a work of older content', work: aWork('a', { edit: '0' }), why: 'OCM has not rolled the new one out yet' },
];

describe('the progress of works', () => {
  it('is complete when every selected cluster has applied the newest work', () => {
    const found = progress([aWork('b'), aWork('a')]);
    assert.deepEqual(found, { selected: ['a', 'b'], pending: [], expected: 2, failures: [] });
    assert.equal(isComplete(found), true);
  });

  for (const { what, work, why } of pending) {
    it(`waits for ${what}: ${why}`, () => {
      const found = progress([work, aWork('b')]);
      assert.deepEqual(found.pending, ['a']);
      assert.equal(isComplete(found), false);
    });
  }

  it('waits for works that are still to be made', () => {
    assert.equal(isComplete(progress([aWork('a')], 2)), false);
    assert.equal(isComplete(progress([], 1)), false);
  });

  it('waits for a Placement that asks for more than it selects, and calls itself satisfied: it was just edited', () => {
    const { spec, ...rest } = selecting(1);
    const conditions = [{ type: 'PlacementSatisfied', status: 'True', reason: 'AllDecisionsScheduled' } as const];
    const edited: Placement = {
      ...rest,
      spec: { ...spec, numberOfClusters: 2 },
      status: { numberOfSelectedClusters: 1, conditions },
    };
    const found = workProgress([{ replicaSet: aReplicaSet(), works: [aWork('a')], placements: [edited] }]);
    assert.equal(found.expected, 2);
    assert.equal(isComplete(found), false);
  });

  it('is never complete with nothing selected', () => assert.equal(isComplete(progress([], 0)), false));

  it('passes by works that are going away', () => {
    assert.deepEqual(progress([aWork('a'), aWork('b', { deleting: true, applied: 'False' })], 1), {
      selected: ['a'],
      pending: [],
      expected: 1,
      failures: [],
    });
  });

  it('tells the failures by cluster, sorted', () => {
    const found = progress([aWork('b', { applied: 'False' }), aWork('a', { applied: 'False' })]);
    assert.deepEqual(found.failures, [
      { cluster: 'a', message: 'as OCM says it' },
      { cluster: 'b', message: 'as OCM says it' },
    ]);
  });

  it('takes several works on one cluster together', () => {
    const states = ['one', 'two'].map((name) => ({
      replicaSet: aReplicaSet(name),
      works: [aWork('a', { edit: name === 'one' ? '1' : '0' })],
      placements: [selecting(1)],
    }));
    const found = workProgress(states);
    assert.deepEqual({ selected: found.selected, pending: found.pending }, { selected: ['a'], pending: ['a'] });
  });
});
