import assert from 'node:assert/strict';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { placementDecisions, placements, type Placement } from '../../src/api/ocm.ts';
import { isConfirmedNotReady } from '../../src/aggregator/confirm-not-ready.ts';
import type { ReadinessResult } from '../../src/domain/status/readiness.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { aPlacement, anEnvironment, decisionsOf } from '../support/placements.ts';

const from = 'team/prod@v1';
const reason = 'AllDecisionsScheduled';
const rendered = aPlacement({ from, reason });

/** What a cache shows: these Placements fail. */
function notReady(...failed: string[]): ReadinessResult {
  return {
    status: 'NotReady',
    totalSelectedClusters: 0,
    selectedClusters: [],
    requiredClusters: 1,
    placements: failed.map((name) => ({ namespace: 'hub', name, selected: 0, required: 1, satisfied: false, reason })),
    conditions: [],
  };
}

function hub(live: Placement[], selecting: Placement[]) {
  const decisions = selecting.flatMap((placement) => decisionsOf(placement, ['a']));
  return createMemoryClient([
    ...live.map((placement): [Resource, KubeObject] => [placements, placement]),
    ...decisions.map((decision): [Resource, KubeObject] => [placementDecisions, decision]),
  ]);
}

describe('the confirmation that an Environment is not ready', () => {
  const placementRefs = [{ namespace: 'hub', name: 'placement' }];
  const own = anEnvironment();
  const referring = anEnvironment({ status: { placementRefs } });
  const terminating = {
    ...rendered,
    metadata: { ...rendered.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] },
  };
  const cases: [
    what: string,
    isConfirmed: boolean,
    environment: typeof own,
    live: Placement[],
    selecting: Placement[],
  ][] = [
    ['a Placement without decisions confirms it', true, own, [rendered], []],
    ['a Placement with decisions does not', false, own, [rendered], [rendered]],
    [
      'decisions of an earlier Placement of the name do not count',
      true,
      own,
      [rendered],
      [aPlacement({ uid: 'earlier' })],
    ],
    ['a rendered Placement that is gone does not', false, own, [], []],
    ['a rendered Placement that is terminating does not', false, own, [terminating], []],
    ['a rendered Placement that OCM has not evaluated does not', false, own, [aPlacement({ from })], []],
    ['a Placement of others that is gone does', true, referring, [], []],
    ['a Placement of others that OCM has not evaluated does', true, referring, [aPlacement()], []],
    ['a Placement of others with decisions does not', false, referring, [aPlacement()], [aPlacement()]],
  ];
  for (const [what, isConfirmed, environment, live, selecting] of cases) {
    it(`: ${what}`, async () => {
      const client = hub(live, selecting);
      assert.equal(await isConfirmedNotReady(environment, notReady('placement'), client), isConfirmed);
    });
  }

  it('needs one failed Placement, and reads at most ten', async () => {
    const selecting = Array.from({ length: 10 }, (_, index) => aPlacement({ from, reason, name: `p-${index}` }));
    const last = aPlacement({ from, reason, name: 'last' });
    const client = hub([...selecting, last], selecting);
    const names = selecting.map(({ metadata }) => metadata.name);
    assert.equal(await isConfirmedNotReady(own, notReady(...names.slice(1), 'last'), client), true);
    assert.equal(await isConfirmedNotReady(own, notReady(...names, 'last'), client), false);
  });

  it('reads nothing if no Placement failed: the render did, and the Environment says so', async () => {
    const client = hub([], []);
    client.list = () => Promise.reject(new Error('a read'));
    assert.equal(await isConfirmedNotReady(own, notReady(), client), true);
  });
});
