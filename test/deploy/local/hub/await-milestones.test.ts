import assert from 'node:assert/strict';
import { awaitMilestones } from '../../../../deploy/local/hub/await-milestones.ts';
import type { Milestone } from '../../../../deploy/local/hub/example.ts';

/** A milestone that is reached at the nth check. */
function milestone(what: string, n: number): Milestone {
  let checks = 0;
  return { what, logs: [], check: () => Promise.resolve(++checks >= n ? `${what} was reached` : undefined) };
}

describe('waiting for milestones', () => {
  async function run(milestones: Milestone[]) {
    const lines: string[] = [];
    let time = 0;
    const pause = (ms: number) => Promise.resolve((time += ms));
    const print = (line: string) => void lines.push(line);
    const left = await awaitMilestones(milestones, { began: 0, timeoutMs: 1000, print, now: () => time, pause });
    return { lines, left: left.map(({ what }) => what) };
  }

  it('prints each one with its time when it is reached', async () => {
    assert.deepEqual(await run([milestone('slow', 4), milestone('quick', 1)]), {
      lines: ['   0.0 s  quick was reached', '   0.3 s  slow was reached'],
      left: [],
    });
  });

  it('ends after the timeout and returns those that were not reached', async () => {
    const { left } = await run([milestone('quick', 1), milestone('never', Infinity)]);
    assert.deepEqual(left, ['never']);
  });
});
