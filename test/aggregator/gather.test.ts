import assert from 'node:assert/strict';
import type { Caches } from '../../src/aggregator/gather.ts';
import { gather as gatherWith } from '../../src/aggregator/gather.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { Condition } from '../../src/api/object.ts';
import type { Placement, PlacementDecision } from '../../src/api/ocm.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { aPlacement, anEnvironment, decisionsOf, deploymentFor } from '../support/placements.ts';

/** Caches of these objects; all rendered Placements belong to the same Environment. */
function caches(placements: Placement[], decisions: PlacementDecision[] = []): Caches {
  return {
    placements: {
      get: (namespace, name) =>
        placements.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
      byIndex: () => placements.filter(({ metadata }) => metadata.annotations !== undefined),
    },
    decisions: {
      byIndex: (_, key) => decisions.filter(({ metadata }) => `hub/${metadata.name}`.startsWith(`${key}-decision`)),
    },
    deployments: {
      get: (namespace, name) =>
        placements
          .map(deploymentFor)
          .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    },
  };
}

const gather = (found: Caches, environment: Environment) => gatherWith(found, environment, sha256);

const rendered = (observedGeneration?: number): Condition => ({
  type: 'Rendered',
  status: 'False',
  reason: 'UnknownTopology',
  ...(observedGeneration === undefined ? {} : { observedGeneration }),
});

describe('gathering the facts of an Environment', () => {
  const reason = 'AllDecisionsScheduled';

  it('reads the Placements of the newest revision and their decisions, separately for deployments and probes', () => {
    const deployed = aPlacement({ name: 'd', from: 'team/prod@v2', reason });
    const probe = aPlacement({ name: 'r', from: 'team/prod@v2', probe: true, reason });
    const old = aPlacement({ name: 'o', from: 'team/prod@v1', reason });
    const facts = gather(
      caches([deployed, probe, old], [...decisionsOf(deployed, ['a']), ...decisionsOf(probe, ['b'])]),
      anEnvironment({ revision: 2 }),
    );
    assert.deepEqual([facts.revision, facts.generation], [2, 2]);
    assert.deepEqual(
      facts.deployed.map(({ name, clusters }) => [name, clusters]),
      [['d', ['a']]],
    );
    assert.deepEqual(
      facts.probes.map(({ name, clusters }) => [name, clusters]),
      [['r', ['b']]],
    );
  });

  it('ignores a Placement that only names the Environment and a deployment', () => {
    const forged = aPlacement({ from: 'team/prod@v1', numberOfClusters: 1000 });
    delete forged.metadata.annotations?.['spectrocloud.com/deployment-uid'];
    const probe = aPlacement({ from: 'team/prod@v1', probe: true });
    delete probe.metadata.annotations?.['spectrocloud.com/environment-uid'];
    const facts = gather(caches([forged, probe]), anEnvironment());
    assert.deepEqual([facts.deployed, facts.probes], [[], []]);
  });

  it('ignores a terminating Placement', () => {
    const placement = aPlacement({ from: 'team/prod@v1', reason });
    placement.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    assert.deepEqual(gather(caches([placement]), anEnvironment()).deployed, []);
  });

  it('reads the Placements that the topology refers to, existing or not', () => {
    const placementRefs = [
      { namespace: 'hub', name: 'p' },
      { namespace: 'hub', name: 'gone' },
    ];
    const placement = aPlacement({ name: 'p' });
    const facts = gather(
      caches([placement], decisionsOf(placement, ['a'])),
      anEnvironment({ status: { placementRefs } }),
    );
    assert.deepEqual(
      facts.referred.map(({ name, missing, clusters }) => [name, missing, clusters]),
      [
        ['p', false, ['a']],
        ['gone', true, []],
      ],
    );
  });

  describe('while the controller has not reconciled the newest revision', () => {
    const placementRefs = [{ namespace: 'hub', name: 'p' }];
    const rows: [why: string, status: object, used: boolean][] = [
      ['the condition names no generation', { conditions: [rendered()], placementRefs }, true],
      ['the condition is about this generation', { conditions: [rendered(3)], placementRefs }, true],
      ['the condition is about an older generation', { conditions: [rendered(2)], placementRefs }, false],
      ['the revision is not recorded yet', { revision: 2, conditions: [rendered()], placementRefs }, false],
      ['the revision is recorded', { revision: 3, conditions: [rendered()], placementRefs }, true],
    ];
    for (const [why, status, used] of rows) {
      it(`${used ? 'uses' : 'ignores'} what it wrote: ${why}`, () => {
        const facts = gather(caches([]), anEnvironment({ revision: 3, status }));
        assert.equal(facts.rendered !== undefined, used);
        assert.equal(facts.referred.length, used ? 1 : 0);
      });
    }
  });

  it('has no revision for an object without a valid stamp', () => {
    for (const stamp of ['', '0', '1e3', '01', ' 1']) {
      const environment = anEnvironment();
      environment.metadata.annotations = { 'spectrocloud.com/revision': stamp };
      assert.equal(gather(caches([]), environment).revision, undefined, stamp);
    }
  });
});
