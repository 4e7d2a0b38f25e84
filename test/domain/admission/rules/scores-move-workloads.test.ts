import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/api/object.ts';
import { scoresMoveWorkloads } from '../../../../src/domain/admission/rules/scores-move-workloads.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const addOn = { type: 'AddOn', addOn: { resourceName: 'usage', scoreName: 'cpu' } };
const score = { scoreCoordinate: addOn, weight: 1 };
const steady = { scoreCoordinate: { type: 'BuiltIn', builtIn: 'Steady' }, weight: 3 };
const scored = (configurations: JsonObject[], placement: JsonObject = {}, spokeNamespace: JsonObject = {}) =>
  environment('team', {
    topology: {
      type: 'topology-ocm',
      properties: {
        placement: { numberOfClusters: 1, prioritizerPolicy: { mode: 'Exact', configurations }, ...placement },
        manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: { spokeNamespace } } },
      },
    },
  });

const free = { scoreCoordinate: { builtIn: 'ResourceAllocatableCPU' } };
const cases: { object: ReturnType<typeof scored>; warned: boolean; why: string }[] = [
  { object: scored([score]), warned: true, why: 'a score of an add-on decides alone' },
  { object: scored([free]), warned: true, why: 'free resources change, too' },
  { object: scored([score, { ...steady, weight: 0 }]), warned: true, why: 'Steady has no weight' },
  { object: scored([score, steady]), warned: false, why: 'Steady prefers the clusters that are selected' },
  {
    object: scored([score, { scoreCoordinate: { builtIn: 'Steady' } }]),
    warned: false,
    why: 'the weight is 1 by default',
  },
  { object: scored([{ ...score, weight: 0 }]), warned: false, why: 'the score has no weight' },
  { object: scored([score], {}, { orphan: true }), warned: false, why: 'the namespace stays' },
  { object: scored([score], {}, { create: false }), warned: false, why: 'the namespace is not created' },
  { object: scored([score], { numberOfClusters: null }), warned: false, why: 'all clusters are selected' },
  {
    object: scored([], { prioritizerPolicy: { mode: 'Additive', configurations: [score] } }),
    warned: false,
    why: 'Steady is part of the defaults',
  },
];

describe('ScoresMoveWorkloads', () => {
  for (const { object, warned, why } of cases) {
    it(`${warned ? 'warns' : 'does not warn'}: ${why}`, () => {
      const path = 'spec.topology.properties.placement.prioritizerPolicy';
      assert.deepEqual(findingsOf(scoresMoveWorkloads, factsOf({ object })), warned ? [{ path }] : []);
    });
  }

  it('names the score', () => {
    const [finding] = scoresMoveWorkloads.find(factsOf({ object: scored([score]) }));
    assert.match(finding?.message ?? '', /^OCM moves Workloads whenever the score usage\/cpu changes, /);
  });

  it('warns when an edit of the lifecycle makes it a problem, and only then', () => {
    const kept = scored([score], {}, { orphan: true });
    const lost = scored([score]);
    assert.equal(findingsOf(scoresMoveWorkloads, factsOf({ object: lost, oldObject: kept })).length, 1);
    assert.deepEqual(findingsOf(scoresMoveWorkloads, factsOf({ object: lost, oldObject: lost })), []);
  });
});
