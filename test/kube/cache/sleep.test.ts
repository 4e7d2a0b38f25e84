import assert from 'node:assert/strict';
import { sleep } from '../../../src/kube/cache/sleep.ts';

describe('sleep', () => {
  it('takes its time', async () => {
    const start = performance.now();
    await sleep(20);
    assert.ok(performance.now() - start > 15);
  });

  it('ends early, without an error, when told to, and does not begin when told before', async () => {
    const controller = new AbortController();
    const sleeping = sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await sleeping;
    await sleep(60_000, controller.signal);
  });
});
