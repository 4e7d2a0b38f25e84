import assert from 'node:assert/strict';
import { backoffMs } from '../../../src/kube/cache/backoff.ts';

describe('backoffMs', () => {
  const rows: [why: string, failures: number, random: number, ms: number][] = [
    ['starts at 0.8 s', 0, 0, 800],
    ['doubles', 3, 0, 6400],
    ['adds up to as much again', 0, 1, 1600],
    ['does not exceed 30 s, including jitter', 5, 1, 30_000],
    ['does not overflow', 5000, 0, 30_000],
  ];
  for (const [why, failures, random, ms] of rows)
    it(why, () =>
      assert.equal(
        backoffMs(failures, () => random),
        ms,
      ),
    );
});
