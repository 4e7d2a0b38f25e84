import assert from 'node:assert/strict';
import { StampWaiters } from '../../../src/controller/revisions/stamp-waiters.ts';

describe('definitions that wait for a stamp', () => {
  it('are requeued together, each once', () => {
    const requeued: string[] = [];
    const waiters = new StampWaiters((key) => void requeued.push(key));
    for (const key of ['Environment/team/a', 'Environment/team/b', 'Environment/team/a']) waiters.add(key);
    waiters.add('Environment/team/c');
    waiters.delete('Environment/team/c');
    waiters.wake();
    assert.deepEqual(requeued, ['Environment/team/a', 'Environment/team/b']);
    waiters.wake();
    assert.equal(requeued.length, 2);
  });
});
