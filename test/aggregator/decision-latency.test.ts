import assert from 'node:assert/strict';
import { DecisionTimes } from '../../src/aggregator/decision-latency.ts';

describe('the times of decisions', () => {
  it('keep the first time until it is taken', () => {
    let now = 1;
    const times = new DecisionTimes(() => now);
    times.record('a/b');
    now = 2;
    times.record('a/b');
    assert.equal(times.take('a/b'), 1);
    assert.equal(times.take('a/b'), undefined);
  });

  it('can be restored after a failure, as the earlier time', () => {
    let now = 1;
    const times = new DecisionTimes(() => now);
    times.record('a/b');
    const taken = times.take('a/b');
    now = 5;
    times.record('a/b');
    times.restore('a/b', taken);
    assert.equal(times.take('a/b'), 1);
    times.restore('a/b', undefined);
    assert.equal(times.take('a/b'), undefined);
  });

  it('can be cleared', () => {
    const times = new DecisionTimes(() => 1);
    times.record('a/b');
    times.clear();
    assert.equal(times.take('a/b'), undefined);
  });
});
