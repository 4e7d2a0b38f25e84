import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { evaluatePairs, type Pair } from '../../../src/webhook/gather/evaluate-pairs.ts';
import { requestObject } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

const { signal } = new AbortController();
const times = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index));
const environmentWith = (patches: number): JsonObject => ({
  policies: times(Math.ceil(patches / 128), (index) => ({
    name: `p${index}`,
    type: 'override',
    properties: {
      components: times(Math.min(128, patches - index * 128), () => ({ name: 'ui', properties: { a: 1 } })),
    },
  })),
});
const profileWith = (components: number): JsonObject => ({
  workload: { components: times(components, (index) => ({ name: `c${index}`, type: 't' })) },
});
const pairOf = (patches: number, components: number): Pair => ({
  deployment: requestObject(deployment('team')),
  environment: { namespace: 'team', name: 'primary', visible: true },
  profile: { namespace: 'team', name: 'web', visible: true },
  now: { environment: environmentWith(patches), profile: profileWith(components) },
});

describe('the evaluation of pairs', () => {
  it('finds the problems now and before', async () => {
    const pair = { ...pairOf(2, 1), before: { environment: environmentWith(1), profile: profileWith(1) } };
    const [pairing] = await evaluatePairs([pair], signal);
    assert.deepEqual([pairing?.now.length, pairing?.before?.length], [2, 1]);
  });

  it('serves other requests between two pairs', async () => {
    const order: string[] = [];
    const evaluation = evaluatePairs(
      times(3, () => pairOf(1, 1)),
      signal,
    ).then(() => order.push('evaluated'));
    setImmediate(() => order.push('other'));
    await evaluation;
    assert.deepEqual(order, ['other', 'evaluated']);
  });

  it('stops at the deadline of the request', async () => {
    const controller = new AbortController();
    const evaluation = evaluatePairs([pairOf(1, 1), pairOf(1, 1)], controller.signal);
    controller.abort(new Error('late'));
    await assert.rejects(evaluation, /late/);
  });

  it('stops when all pairs together are too much work, but evaluates one pair always', async () => {
    const heavy = times(10, () => pairOf(32, 128));
    assert.equal((await evaluatePairs(heavy, signal)).length, 4);
    const excessive = times(10, () => pairOf(33, 128));
    const pairings = await evaluatePairs(excessive, signal);
    assert.equal(pairings.length, 10, 'what is refused without being evaluated is little work');
    assert.ok(pairings.every(({ now }) => now[0]?.code === 'TooManyOverrides'));
  });
});
