import assert from 'node:assert/strict';
import { startedOnce, TimeBound } from '../../../../src/webhook/gather/renders/time-bound.ts';

const { signal } = new AbortController();
/** Rejects when its signal is aborted, as a read or a render does. */
const endless = (limit: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason));
  });

describe('the time of a request for renders', () => {
  it('begins once for all that ask for it, and is unlimited without limits', () => {
    const limited = startedOnce({ count: 1, ms: 60_000 });
    assert.equal(limited(), limited());
    assert.equal(startedOnce(undefined)(), undefined);
    assert.equal(new TimeBound({ signal, renderTimeout: startedOnce(undefined) }).signal, signal);
  });

  it('ends what is evaluated, and begins nothing later', async () => {
    const time = new TimeBound({ signal, renderTimeout: startedOnce({ count: 1, ms: 20 }) });
    assert.deepEqual(await time.within(() => Promise.resolve(1)), { value: 1 });
    assert.equal(await time.within(() => endless(time.signal)), undefined);
    assert.equal(await time.within(() => assert.fail()), undefined);
  });

  it('hides neither other errors nor the end of the request', async () => {
    const controller = new AbortController();
    const time = new TimeBound({ signal: controller.signal, renderTimeout: startedOnce({ count: 1, ms: 60_000 }) });
    await assert.rejects(
      time.within(() => Promise.reject(new Error('unreadable'))),
      /unreadable/,
    );
    const result = time.within(() => endless(time.signal));
    controller.abort(new Error('too late'));
    await assert.rejects(result, /too late/);
    await assert.rejects(
      time.within(() => Promise.reject(new Error('still'))),
      /still/,
    );
  });
});
