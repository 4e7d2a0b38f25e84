import assert from 'node:assert/strict';
import { desiredClusters, knownClusters, observedClusters } from '../../../src/domain/spoke/cluster-choice.ts';

describe('clusters that are known', () => {
  it('are those of a list that is not empty', () => {
    assert.deepEqual(knownClusters(['a']), ['a']);
    assert.equal(knownClusters([]), undefined, 'nothing is selected yet, so any cluster may be');
    assert.equal(knownClusters(undefined), undefined);
  });
});

describe('the clusters that a deployment is on', () => {
  const cases: {
    clusters?: string[];
    isBlocked: boolean;
    selected: string[] | undefined;
    expected: string[] | undefined;
    why: string;
  }[] = [
    { clusters: ['z'], isBlocked: false, selected: ['a'], expected: ['z'], why: 'the status lists them' },
    { clusters: [], isBlocked: false, selected: ['a'], expected: [], why: 'the status says that there are none' },
    { clusters: ['z'], isBlocked: true, selected: ['a'], expected: ['z'], why: 'a later write is blocked' },
    { isBlocked: false, selected: ['a'], expected: ['a'], why: 'the Environment selects them' },
    { isBlocked: true, selected: ['a'], expected: [], why: 'its first write is blocked' },
    { isBlocked: false, selected: [], expected: undefined, why: 'the Environment selects none yet' },
    { isBlocked: false, selected: undefined, expected: undefined, why: 'there is no Environment' },
  ];
  for (const { clusters, isBlocked, selected, expected, why } of cases) {
    it(`are ${expected?.join() || (expected === undefined ? 'not known' : 'none')}: ${why}`, () => {
      const status = clusters === undefined ? {} : { clusters };
      assert.deepEqual(observedClusters(status, { isBlocked, selected }), expected);
    });
  }
});

describe('the clusters that a deployment will be on', () => {
  const cases: {
    observed: string[] | undefined;
    selected: string[] | undefined;
    changesEnvironment: boolean;
    expected: string[] | undefined;
    why: string;
  }[] = [
    { observed: ['z'], selected: ['a'], changesEnvironment: false, expected: ['z'], why: 'it stays where it is' },
    {
      observed: [],
      selected: ['a'],
      changesEnvironment: false,
      expected: ['a'],
      why: 'no cluster has been selected for it yet',
    },
    { observed: undefined, selected: ['a'], changesEnvironment: false, expected: ['a'], why: 'it is new' },
    { observed: ['z'], selected: ['a'], changesEnvironment: true, expected: ['a'], why: 'it changes its Environment' },
    { observed: ['z'], selected: [], changesEnvironment: true, expected: undefined, why: 'nothing is selected yet' },
    {
      observed: undefined,
      selected: undefined,
      changesEnvironment: false,
      expected: undefined,
      why: 'nothing is known',
    },
  ];
  for (const { why, expected, ...given } of cases) {
    it(`are ${expected?.join() ?? 'not known'}: ${why}`, () => assert.deepEqual(desiredClusters(given), expected));
  }
});
