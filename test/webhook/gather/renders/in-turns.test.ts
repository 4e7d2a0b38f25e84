import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { inTurns } from '../../../../src/webhook/gather/renders/in-turns.ts';

describe('evaluations in turns', () => {
  it('have results in the order of the items, and at most four run at the same time', async () => {
    let [running, most] = [0, 0];
    const results = await inTurns([1, 2, 3, 4, 5, 6], async (item) => {
      running += 1;
      most = Math.max(most, running);
      await setImmediate();
      running -= 1;
      return item * 2;
    });
    assert.deepEqual([results, most], [[2, 4, 6, 8, 10, 12], 4]);
  });
});
