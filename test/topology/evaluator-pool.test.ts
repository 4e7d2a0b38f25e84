import assert from 'node:assert/strict';
import { createLog } from '../../src/log.ts';
import { EvaluatorPool, type PoolOptions } from '../../src/topology/evaluator-pool.ts';
import type { Evaluation, Evaluator } from '../../src/topology/evaluator.ts';

/** An evaluator for test requests: `echo`, `break`, or `wait` until `release` is called. */
class ScriptedEvaluator implements Evaluator {
  closed = false;
  memory = 0;
  readonly received: string[] = [];
  release: (() => void) | undefined;

  async evaluate(request: string): Promise<Evaluation> {
    this.received.push(request);
    if (request === 'break') {
      this.closed = true;
      return { ok: false, reason: 'EngineFailed', message: 'broken' };
    }
    if (request.startsWith('wait')) await new Promise<void>((resolve) => (this.release = resolve));
    return { ok: true, response: request };
  }
  memoryBytes(): number {
    return this.memory;
  }
  isUsable(): boolean {
    return !this.closed;
  }
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('EvaluatorPool', () => {
  let started: ScriptedEvaluator[];
  const poolOf = async (options: Partial<PoolOptions> = {}): Promise<EvaluatorPool> => {
    started = [];
    const start = () => {
      const evaluator = new ScriptedEvaluator();
      started.push(evaluator);
      return Promise.resolve(evaluator);
    };
    const log = createLog('silent', 'test');
    const pool = new EvaluatorPool({
      start,
      size: 1,
      deadlineMs: 50,
      queueMs: 1000,
      replaceAfter: 100,
      now: () => performance.now(),
      log,
      ...options,
    });
    await pool.open();
    return pool;
  };

  it('starts one evaluator when it opens', async () => {
    await poolOf({ size: 3 });
    assert.equal(started.length, 1);
  });

  it('replaces an evaluator that failed while it was idle', async () => {
    const pool = await poolOf();
    await started[0]?.close();
    assert.deepEqual(await pool.run('a'), { ok: true, response: 'a' });
    assert.equal(started.length, 2);
    assert.deepEqual(started[0]?.received, []);
  });

  it('starts another evaluator when a request has waited, up to its size', async () => {
    const pool = await poolOf({ size: 2, growAfterMs: 20 });
    const blocked = ['wait a', 'wait b', 'wait c'].map((request) => pool.run(request));
    await settle();
    assert.equal(started.length, 1, 'a short wait is no reason');
    while (started.length < 2) await settle();
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(started.length, 2, 'the size is the limit');
    assert.deepEqual(started[1]?.received, ['wait b']);
    for (let round = 0; round < blocked.length; round += 1) {
      started.forEach((evaluator) => evaluator.release?.());
      await settle();
    }
    await Promise.all(blocked);
  });

  it('does not start another evaluator for requests that follow each other quickly', async () => {
    const pool = await poolOf({ size: 2, growAfterMs: 100 });
    await Promise.all(Array.from({ length: 50 }, (_, index) => pool.run(`echo ${index}`)));
    assert.equal(started.length, 1);
  });

  it('ends idle evaluators, except for the last one', async () => {
    const pool = await poolOf({ size: 2, growAfterMs: 0, idleMs: 20 });
    const blocked = [pool.run('wait a'), pool.run('wait b')];
    while (started.length < 2) await settle();
    await settle();
    started.forEach((evaluator) => evaluator.release?.());
    await Promise.all(blocked);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(started.filter(({ closed }) => !closed).length, 1);
    assert.deepEqual(await pool.run('echo'), { ok: true, response: 'echo' });
    assert.equal(started.length, 2, 'the one that stayed serves');
  });

  it('replaces the last evaluator when it is idle, if its memory has grown much', async () => {
    const pool = await poolOf({ idleMs: 20 });
    await pool.run('echo');
    const [first] = started;
    if (first !== undefined) first.memory = 200 * 1024 * 1024;
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual(
      started.map(({ closed }) => closed),
      [true, false],
    );
    assert.deepEqual(await pool.run('echo'), { ok: true, response: 'echo' });
  });

  it('serves waiting requests in their order', async () => {
    const pool = await poolOf();
    const evaluations = await Promise.all(['a', 'b', 'c'].map((request) => pool.run(request)));
    assert.deepEqual(
      evaluations.map((evaluation) => evaluation.ok && evaluation.response),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(started[0]?.received, ['a', 'b', 'c']);
  });

  it('serves other requests while one evaluator is busy', async () => {
    const pool = await poolOf({ size: 2, growAfterMs: 5 });
    const blocked = pool.run('wait');
    assert.deepEqual(await pool.run('echo'), { ok: true, response: 'echo' });
    started.forEach((evaluator) => evaluator.release?.());
    assert.deepEqual(await blocked, { ok: true, response: 'wait' });
  });

  it('fails only the request that broke an evaluator, and replaces it', async () => {
    const pool = await poolOf();
    const [failed, next] = await Promise.all([pool.run('break'), pool.run('echo')]);
    assert.equal(failed.ok, false);
    assert.deepEqual(next, { ok: true, response: 'echo' });
    assert.equal(started.length, 2);
  });

  it('replaces an evaluator after a number of evaluations', async () => {
    const pool = await poolOf({ replaceAfter: 2 });
    for (const request of ['a', 'b', 'c']) await pool.run(request);
    assert.deepEqual(
      started.map(({ received, closed }) => [received, closed]),
      [
        [['a', 'b'], true],
        [['c'], false],
      ],
    );
  });

  it('limits how long a request waits', async () => {
    const pool = await poolOf({ queueMs: 10 });
    const blocked = pool.run('wait');
    const waited = await pool.run('echo');
    assert.deepEqual(
      waited,
      { ok: false, reason: 'EngineFailed', message: 'no CUE engine was free within 10 ms' },
      'a failure that is not the fault of the request, so it is not cached',
    );
    started[0]?.release?.();
    await blocked;
    assert.deepEqual(started[0]?.received, ['wait']);
  });

  it('serves another namespace before further requests of the same one, and refuses those that are too many', async () => {
    const pool = await poolOf();
    const blocked = pool.run('wait', { namespace: 'tenant' });
    const bombs = Array.from({ length: 257 }, (_, index) => pool.run(`bomb ${index}`, { namespace: 'tenant' }));
    const victim = pool.run('echo', { namespace: 'victim' });
    assert.deepEqual(await bombs.at(-1), {
      ok: false,
      reason: 'EngineFailed',
      message: 'too many evaluations are waiting for a CUE engine',
    });
    started[0]?.release?.();
    assert.deepEqual(await victim, { ok: true, response: 'echo' });
    await Promise.all([blocked, ...bombs]);
    assert.deepEqual(started[0]?.received.slice(0, 4), ['wait', 'bomb 0', 'echo', 'bomb 1']);
  });

  it('rejects with the reason of a signal, and never evaluates a request that was still waiting', async () => {
    const pool = await poolOf();
    const blocked = pool.run('wait');
    const controller = new AbortController();
    const waiting = pool.run('echo', { signal: controller.signal });
    controller.abort(new Error('gone away'));
    await assert.rejects(waiting, /gone away/);
    started[0]?.release?.();
    await blocked;
    await settle();
    assert.deepEqual(started[0]?.received, ['wait']);
    await assert.rejects(pool.run('echo', { signal: AbortSignal.abort(new Error('before')) }), /before/);
  });

  it('rejects a running request when its signal is aborted, and serves the next', async () => {
    const pool = await poolOf();
    const controller = new AbortController();
    const blocked = pool.run('wait', { signal: controller.signal });
    controller.abort(new Error('gone away'));
    await assert.rejects(blocked, /gone away/);
    const next = pool.run('echo');
    started[0]?.release?.();
    assert.deepEqual(await next, { ok: true, response: 'echo' });
  });

  it('does not open if an evaluator cannot be started', async () => {
    await assert.rejects(poolOf({ start: () => Promise.reject(new Error('no memory')) }), /no memory/);
  });

  it('fails a waiting request when no replacement starts, and tries again for the next', async () => {
    const outcomes = [true, false, true];
    const start = () =>
      outcomes.shift() === true ? Promise.resolve(new ScriptedEvaluator()) : Promise.reject(new Error('no'));
    const pool = await poolOf({ start });
    const [, waiting] = await Promise.all([pool.run('break'), pool.run('echo')]);
    assert.deepEqual(waiting, { ok: false, reason: 'EngineFailed', message: 'no' });
    assert.deepEqual(await pool.run('echo'), { ok: true, response: 'echo' });
  });

  it('fails waiting requests when it closes, and later ones too', async () => {
    const pool = await poolOf();
    void pool.run('wait');
    const waiting = pool.run('echo');
    await pool.close();
    assert.equal((await waiting).ok, false);
    assert.equal((await pool.run('echo')).ok, false);
    assert.deepEqual(
      started.map(({ closed }) => closed),
      [true],
    );
  });
});
