import assert from 'node:assert/strict';
import { WorkQueue } from '../../../src/kube/queue/work-queue.ts';
import { eventually } from '../../support/eventually.ts';

describe('WorkQueue', () => {
  let queue: WorkQueue;
  beforeEach(() => {
    queue = new WorkQueue({ random: () => 0 });
  });
  afterEach(() => queue.shutDown());

  it('hands keys out in order, each once however often it was added', async () => {
    for (const key of ['a', 'b', 'a']) queue.add(key);
    assert.equal(queue.length, 2);
    assert.deepEqual([await queue.get(), await queue.get()], ['a', 'b']);
    assert.equal(queue.length, 0);
  });

  it('never has a key in two hands, and loses no addition meanwhile', async () => {
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

  it('keeps to that when somebody waits for a key', async () => {
    const [first, second] = [queue.get(), queue.get()];
    queue.add('a');
    queue.add('a');
    queue.add('b');
    assert.deepEqual([await first, await second], ['a', 'b']);
    assert.equal(queue.length, 0);
    queue.done('a');
    assert.equal(queue.length, 1);
  });

  it('waits before it adds, and of several times takes the earliest', async () => {
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
    ['takes up to half away as jitter', 4, 1, 20],
  ];
  for (const [why, failures, random, ms] of delays) {
    it(`${why} after failures`, () => {
      const seen: number[] = [];
      const limited = new WorkQueue({ random: () => random });
      limited.addAfter = (_key, delay) => void seen.push(delay);
      for (let i = 0; i < failures; i++) limited.addRateLimited('a');
      assert.equal(seen.at(-1), ms);
      limited.forget('a');
      limited.addRateLimited('a');
      assert.equal(seen.at(-1), 5 * (1 - random / 2), 'forget starts afresh');
    });
  }

  it('wakes those who wait, and takes and gives nothing more, when shut down', async () => {
    const waiting = queue.get();
    queue.addAfter('a', 1);
    queue.shutDown();
    assert.equal(await waiting, undefined);
    queue.add('b');
    queue.addAfter('c', 0);
    assert.equal(await queue.get(), undefined);
    assert.equal(queue.length, 0);
  });

  it('drops what was added to a key in work, when shut down', async () => {
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.shutDown();
    queue.done('a');
    assert.equal(queue.length, 0);
  });

  it('adds at once what is to wait no time', async () => {
    queue.addAfter('a', 0);
    await eventually('it is due', () => queue.length === 1);
  });
});
