import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/api/object.ts';
import { rolloutBlockHasNoEffect } from '../../../../src/domain/admission/rules/rollout-block-has-no-effect.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const strategyPath = 'spec.topology.properties.manifestWorkReplicaSet.rolloutStrategy';
const ocm = (rolloutStrategy: JsonObject) =>
  environment('team', {
    topology: { type: 'topology-ocm', properties: { manifestWorkReplicaSet: { rolloutStrategy } } },
  });

const cases: { strategy: JsonObject; block?: string; why: string }[] = [
  { strategy: { progressive: { maxConcurrency: 1 } }, block: 'progressive', why: 'the type is All by default' },
  {
    strategy: { type: 'All', progressivePerGroup: { maxFailures: 1 } },
    block: 'progressivePerGroup',
    why: 'of the type',
  },
  { strategy: { type: 'Progressive', all: { maxFailures: 1 } }, block: 'all', why: 'of the type' },
  { strategy: { type: 'Progressive', progressive: { maxConcurrency: 1 } }, why: 'the type names it' },
  { strategy: { all: { progressDeadline: '5m' } }, why: 'the type is All by default' },
  { strategy: { type: 'All', all: {} }, why: 'of the documented example' },
  { strategy: { type: 'Progressive', all: {} }, why: 'an empty block says nothing' },
  { strategy: {}, why: 'there is no block' },
];

describe('RolloutBlockHasNoEffect', () => {
  for (const { strategy, block, why } of cases) {
    it(`${block === undefined ? 'allows' : 'warns about'} ${JSON.stringify(strategy)}: ${why}`, () => {
      const facts = factsOf({ object: ocm(strategy) });
      const expected = block === undefined ? [] : [{ path: `${strategyPath}.${block}` }];
      assert.deepEqual(findingsOf(rolloutBlockHasNoEffect, facts), expected);
    });
  }

  it('says which type reads the block', () => {
    const facts = factsOf({ object: ocm({ progressive: { maxConcurrency: 1 } }) });
    assert.deepEqual(rolloutBlockHasNoEffect.find(facts), [
      {
        path: `${strategyPath}.progressive`,
        message: 'has no effect without a type, which is All by default; set type: Progressive, or remove it',
      },
    ]);
  });

  it('reads the refs of topology-ocm-byop', () => {
    const rolloutStrategy = { type: 'All', progressive: { maxConcurrency: 1 } };
    const properties = { placementRefs: [{ name: 'a' }, { name: 'b', rolloutStrategy }] };
    const facts = factsOf({ object: environment('team', { topology: { type: 'topology-ocm-byop', properties } }) });
    const path = 'spec.topology.properties.placementRefs[1].rolloutStrategy.progressive';
    assert.deepEqual(findingsOf(rolloutBlockHasNoEffect, facts), [{ path }]);
  });

  it('does not check other topologies, and warns once', () => {
    const properties = { manifestWorkReplicaSet: { rolloutStrategy: { progressive: { maxConcurrency: 1 } } } };
    const custom = environment('team', { topology: { type: 'mine', properties } });
    assert.deepEqual(findingsOf(rolloutBlockHasNoEffect, factsOf({ object: custom })), []);
    const same = ocm({ progressive: { maxConcurrency: 1 } });
    assert.deepEqual(findingsOf(rolloutBlockHasNoEffect, factsOf({ object: same, oldObject: same })), []);
  });
});
