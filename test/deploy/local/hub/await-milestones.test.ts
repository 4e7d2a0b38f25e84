import assert from 'node:assert/strict';
import { awaitMilestones } from '../../../../deploy/local/hub/await-milestones.ts';
import type { Milestone } from '../../../../deploy/local/hub/example.ts';

/** Comes true at the nth look. */
function milestone(what: string, n: number): Milestone {
  let looks = 0;
  return { what, logs: [], reached: () => Promise.resolve(++looks >= n ? `${what} came` : undefined) };
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

  it('tells each as it comes true, with its seconds', async () => {
    assert.deepEqual(await run([milestone('slow', 4), milestone('quick', 1)]), {
      lines: ['   0.0 s  quick came', '   0.3 s  slow came'],
      left: [],
    });
  });

  it('gives up in time and names what did not come', async () => {
    const { left } = await run([milestone('quick', 1), milestone('never', Infinity)]);
    assert.deepEqual(left, ['never']);
  });
});
