import assert from 'node:assert/strict';
import { WorkQueue } from '../../../src/kube/queue/work-queue.ts';
import { eventually } from '../../support/eventually.ts';

describe('WorkQueue', () => {
  let queue: WorkQueue;
  beforeEach(() => {
    queue = new WorkQueue({ random: () => 0 });
  });
  afterEach(() => queue.shutDown());

  it('returns keys in order, each once even if it was added several times', async () => {
    for (const key of ['a', 'b', 'a']) queue.add(key);
    assert.equal(queue.length, 2);
    assert.deepEqual([await queue.get(), await queue.get()], ['a', 'b']);
    assert.equal(queue.length, 0);
  });

  it('does not give a key to two workers, and does not lose an addition meanwhile', async () => {
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    assert.equal(queue.length, 0);
    queue.done('a');
    assert.equal(queue.length, 1);
    assert.equal(await queue.get(), 'a');
    queue.done('a');
    assert.equal(queue.length, 0);
  });

  it('does not do so either when workers are waiting for a key', async () => {
    const [first, second] = [queue.get(), queue.get()];
    queue.add('a');
    queue.add('a');
    queue.add('b');
    assert.deepEqual([await first, await second], ['a', 'b']);
    assert.equal(queue.length, 0);
    queue.done('a');
    assert.equal(queue.length, 1);
  });

  it('adds a key after a delay, at the earliest of several times', async () => {
    queue.addAfter('a', 60_000);
    queue.addAfter('a', 10);
    queue.addAfter('a', 60_000);
    assert.equal(queue.length, 0);
    assert.equal(await queue.get(), 'a');
    queue.done('a');
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(queue.length, 0);
  });

  const delays: [why: string, failures: number, random: number, ms: number][] = [
    ['starts at 5 ms', 1, 0, 5],
    ['doubles', 4, 0, 40],
    ['stops at 30 s', 40, 0, 30_000],
    ['subtracts up to half as jitter', 4, 1, 20],
  ];
  for (const [why, failures, random, ms] of delays) {
    it(`${why} after failures`, () => {
      const delaysSeen: number[] = [];
      const limited = new WorkQueue({ random: () => random });
      limited.addAfter = (_key, delay) => void delaysSeen.push(delay);
      for (let i = 0; i < failures; i++) limited.addRateLimited('a');
      assert.equal(delaysSeen.at(-1), ms);
      limited.forget('a');
      limited.addRateLimited('a');
      assert.equal(delaysSeen.at(-1), 5 * (1 - random / 2), 'forget resets the backoff');
    });
  }

  it('ends waiting calls and ignores further keys after a shutdown', async () => {
    const waiting = queue.get();
    queue.addAfter('a', 1);
    queue.shutDown();
    assert.equal(await waiting, undefined);
    queue.add('b');
    queue.addAfter('c', 0);
    assert.equal(await queue.get(), undefined);
    assert.equal(queue.length, 0);
  });

  it('drops a key that was added while it was processed, after a shutdown', async () => {
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.shutDown();
    queue.done('a');
    assert.equal(queue.length, 0);
  });

  it('adds a key without a delay at once', async () => {
    queue.addAfter('a', 0);
    await eventually('it is due', () => queue.length === 1);
  });
});
