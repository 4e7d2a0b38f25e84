import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { Deadline, DeadlineExceeded } from '../../src/webhook/deadline.ts';

describe('a deadline', () => {
  it('gives the result of work that is done in time, and does not abort its signal', async () => {
    const deadline = new Deadline(10);
    assert.equal(await deadline.race(Promise.resolve(7)), 7);
    deadline.end();
    await sleep(20);
    assert.equal(deadline.signal.aborted, false);
  });

  it('throws what the work throws', async () => {
    const deadline = new Deadline(1000);
    await assert.rejects(deadline.race(Promise.reject(new RangeError('no'))), RangeError);
    deadline.end();
  });

  it('fails late work, aborts it, and ignores its later failure', async () => {
    const deadline = new Deadline(10);
    let aborted = false;
    const work = async () => {
      await sleep(20);
      aborted = deadline.signal.aborted;
      throw new Error('nobody listens');
    };
    await assert.rejects(deadline.race(work()), DeadlineExceeded);
    await sleep(30);
    assert.equal(aborted, true);
  });

  it('tells work that it is late, and fails work that begins after it', async () => {
    const deadline = new Deadline(10);
    let late = 0;
    assert.equal(await deadline.orElse(sleep(20, 'done'), () => (late += 1)), 'done');
    assert.equal(late, 1);
    await assert.rejects(deadline.race(Promise.resolve(7)), DeadlineExceeded);
    await deadline.orElse(Promise.resolve(), () => (late += 1));
    assert.equal(late, 2);
  });
});
