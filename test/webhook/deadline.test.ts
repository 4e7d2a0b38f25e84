import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { DeadlineExceeded, withDeadline } from '../../src/webhook/deadline.ts';

describe('withDeadline', () => {
  it('returns the result of work that is done in time, and does not abort its signal', async () => {
    let seen: AbortSignal | undefined;
    const result = await withDeadline(10, async (signal) => {
      seen = signal;
      return 7;
    });
    assert.equal(result, 7);
    await sleep(20);
    assert.equal(seen?.aborted, false);
  });

  it('throws what the work throws', async () => {
    const failing = withDeadline(1000, () => Promise.reject(new RangeError('no')));
    await assert.rejects(failing, RangeError);
  });

  it('fails at the deadline, aborts the work, and ignores its later failure', async () => {
    let aborted = false;
    const late = withDeadline(10, async (signal) => {
      await sleep(20);
      aborted = signal.aborted;
      throw new Error('nobody listens');
    });
    await assert.rejects(late, DeadlineExceeded);
    await sleep(30);
    assert.equal(aborted, true);
  });
});
