import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setImmediate as soon } from 'node:timers/promises';
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

  describe('a key that waits for a change', () => {
    const backoff = { fromMs: 2000, toMs: 120_000 };
    let processed: number[];
    beforeEach(() => {
      mock.timers.enable({ apis: ['setTimeout', 'Date'] });
      queue = new WorkQueue({ random: () => 0, now: Date.now });
      processed = [];
    });
    afterEach(() => mock.timers.reset());

    /** Processes the key whenever it is due within `ms`, and records when. */
    async function run(ms: number, process: (key: string) => void = (key) => queue.addBackingOff(key, backoff)) {
      const stop = Date.now() + ms;
      for (;;) {
        while (queue.length > 0) {
          const key = (await queue.get()) ?? '';
          processed.push(Date.now() / 1000);
          process(key);
          queue.done(key);
        }
        if (Date.now() >= stop) return;
        mock.timers.tick(1000);
      }
    }

    it('is added after delays that double up to the longest one', async () => {
      queue.add('a');
      await run(500_000);
      assert.deepEqual(processed, [0, 2, 6, 14, 30, 62, 126, 246, 366, 486]);
    });

    it('starts with the first delay again when it is added, which replaces the schedule', async () => {
      queue.add('a');
      await run(20_000);
      processed = [];
      queue.add('a');
      await run(40_000);
      assert.deepEqual(processed, [20, 22, 26, 34, 50]);
    });

    it('starts with the first delay again when it is added while it is processed', async () => {
      queue.add('a');
      await run(20_000);
      processed = [];
      let isFirst = true;
      await run(20_000, (key) => {
        if (isFirst) queue.add(key);
        isFirst = false;
        queue.addBackingOff(key, backoff);
      });
      assert.deepEqual(processed, [30, 30, 32, 36]);
    });

    it('is not added any more once it is forgotten', async () => {
      queue.add('a');
      await run(0);
      queue.forget('a');
      await run(300_000);
      assert.deepEqual(processed, [0]);
    });

    it('is added earlier than its backoff for a time that is known', async () => {
      queue.add('a');
      await run(0);
      queue.addAfter('a', 1000);
      await run(1000, (key) => queue.forget(key));
      assert.deepEqual(processed, [0, 1]);
    });

    it('keeps its backoff when a reconcile fails in between', async () => {
      queue.add('a');
      await run(20_000);
      processed = [];
      await run(10_000, (key) => queue.addRateLimited(key));
      await run(100_000);
      assert.deepEqual(
        processed.slice(-2).map((at) => at - (processed.at(-2) ?? 0)),
        [0, 64],
        'the next delay is 32 s',
      );
    });
  });

  it('serves groups in turn, and keeps workers free of a group that is at its limit', async () => {
    const fair = new WorkQueue({ groupOf: (key) => key.slice(0, 1), maxPerGroup: 2 });
    for (const key of ['a1', 'a2', 'a3', 'b1']) fair.add(key);
    const taken: (string | undefined)[] = [];
    for (let worker = 0; worker < 4; worker += 1) void fair.get().then((key) => taken.push(key));
    await soon();
    assert.deepEqual(taken, ['a1', 'b1', 'a2'], 'one worker is free');
    fair.done('a1');
    await soon();
    assert.deepEqual(taken.slice(3), ['a3']);
    fair.shutDown();
  });

  it('adds a key without a delay at once', async () => {
    queue.addAfter('a', 0);
    await eventually('it is due', () => queue.length === 1);
  });
});
