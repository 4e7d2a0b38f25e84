import assert from 'node:assert/strict';
import { waitForAbort } from '../../src/kube/wait-for-abort.ts';

describe('waiting for the abort of a signal', () => {
  it('ends when the signal is aborted, and not before', async () => {
    const stopping = new AbortController();
    let isStopped = false;
    const waiting = waitForAbort(stopping.signal).then(() => (isStopped = true));
    await Promise.resolve();
    assert.equal(isStopped, false);
    stopping.abort();
    await waiting;
  });

  it('ends at once for a signal that is aborted already', async () => {
    await waitForAbort(AbortSignal.abort());
  });
});
