import assert from 'node:assert/strict';
import { Deadline } from '../../../src/kube/client/deadline.ts';
import { eventually } from '../../support/eventually.ts';

describe('Deadline', () => {
  it('aborts its signal at the deadline', async () => {
    using limit = new Deadline(5, undefined);
    await eventually('it fires', () => limit.signal.aborted);
  });

  it('aborts its signal with that of the caller, even if that was aborted before', () => {
    const caller = new AbortController();
    using limit = new Deadline(60_000, caller.signal);
    assert.equal(limit.signal.aborted, false);
    caller.abort();
    assert.equal(limit.signal.aborted, true);
    using late = new Deadline(60_000, caller.signal);
    assert.equal(late.signal.aborted, true);
  });

  it('can be set to a later or an earlier time', async () => {
    using limit = new Deadline(200, undefined);
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 80));
      limit.extend(200);
    }
    assert.equal(limit.signal.aborted, false);
    limit.extend(60_000);
    assert.equal(limit.seconds, 60);
    limit.extend(1);
    await eventually('it fires', () => limit.signal.aborted);
  });

  it('removes its timer and its listener when it is disposed of', async () => {
    const caller = new AbortController();
    const limit = new Deadline(1, caller.signal);
    limit[Symbol.dispose]();
    caller.abort();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(limit.signal.aborted, false);
  });
});
