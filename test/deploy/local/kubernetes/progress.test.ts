import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeProgress, Progress, type ProgressState } from '../../../../deploy/local/kubernetes/progress.ts';

const names = { what: 'building Kubernetes', unit: 'packages' };

describe('the progress of a long step', () => {
  const states: { state: ProgressState; seconds: number; line: string; why: string }[] = [
    {
      state: { done: 120, total: 600 },
      seconds: 60,
      line: 'building Kubernetes: 120 of 600 packages, 60 s so far, about 240 s left',
      why: 'the time left follows from the rate so far',
    },
    {
      state: { done: 0, total: 600 },
      seconds: 2,
      line: 'building Kubernetes: 0 of 600 packages, 2 s so far',
      why: 'there is no rate yet',
    },
    {
      state: { done: 600, total: 600 },
      seconds: 300,
      line: 'building Kubernetes: 600 of 600 packages, 300 s so far',
      why: 'linking follows the last package, and its time is not known',
    },
    { state: { done: 3 }, seconds: 15, line: 'building Kubernetes: 15 s so far', why: 'the total is not known' },
    {
      state: { done: 1.9, total: 7.2 },
      seconds: 1,
      line: 'building Kubernetes: 1 of 8 packages, 1 s so far, about 3 s left',
      why: 'parts of a MB do not matter',
    },
  ];
  for (const { state, seconds, line, why } of states) {
    it(`is "${line}" because ${why}`, () => assert.equal(describeProgress(names, state, seconds * 1000), line));
  }

  it('is shown on a terminal with the present item, and removed at the end', async () => {
    const replaced: string[] = [];
    const printed: string[] = [];
    const output = { print: (line: string) => printed.push(line), replace: (line: string) => replaced.push(line) };
    const progress = new Progress(names, output, () => 0);
    progress.update({ done: 1, total: 2, current: 'k8s.io/api' });
    await sleep(500);
    progress.stop();
    const line = 'building Kubernetes: 1 of 2 packages, 0 s so far, about 0 s left: k8s.io/api';
    assert.deepEqual([...new Set(replaced)], [line, '']);
    assert.deepEqual(printed, []);
  });

  it('is a line every 15 s in a log', () => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      const printed: string[] = [];
      let now = 0;
      const progress = new Progress(names, { print: (line) => printed.push(line) }, () => now);
      progress.update({ done: 1, total: 2, current: 'k8s.io/api' });
      for (; now < 44_000; now += 1000) mock.timers.tick(1000);
      progress.stop();
      assert.equal(printed.length, 2);
    } finally {
      mock.timers.reset();
    }
  });
});
