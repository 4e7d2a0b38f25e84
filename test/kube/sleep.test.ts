import assert from 'node:assert/strict';
import { sleep } from '../../src/kube/sleep.ts';

describe('sleep', () => {
  it('waits for its duration', async () => {
    const start = performance.now();
    await sleep(20);
    assert.ok(performance.now() - start > 15);
  });

  it('ends without an error when its signal is aborted, and at once if it was aborted before', async () => {
    const controller = new AbortController();
    const sleeping = sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await sleeping;
    await sleep(60_000, controller.signal);
  });
});
