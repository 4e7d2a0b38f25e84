import assert from 'node:assert/strict';
import { createLog } from '../../src/log.ts';
import { EvaluatorPool, type PoolOptions } from '../../src/topology/evaluator-pool.ts';
import type { Evaluation, Evaluator } from '../../src/topology/evaluator.ts';

/** An evaluator that does what its request says: `echo`, `break`, or nothing until `release` is called. */
class Scripted implements Evaluator {
  closed = false;
  readonly heard: string[] = [];
  release: (() => void) | undefined;

  async evaluate(request: string): Promise<Evaluation> {
    this.heard.push(request);
    if (request === 'break') {
      this.closed = true;
      return { ok: false, reason: 'EngineFailed', message: 'broken' };
    }
    if (request.startsWith('hold')) await new Promise<void>((resolve) => (this.release = resolve));
    return { ok: true, text: request };
  }
  usable(): boolean {
    return !this.closed;
  }
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('EvaluatorPool', () => {
  let started: Scripted[];
  const poolOf = async (options: Partial<PoolOptions> = {}): Promise<EvaluatorPool> => {
    started = [];
    const start = () => {
      const evaluator = new Scripted();
      started.push(evaluator);
      return Promise.resolve(evaluator);
    };
    const log = createLog('silent', 'test');
    const pool = new EvaluatorPool({ start, size: 1, deadlineMs: 50, queueMs: 1000, renewAfter: 100, log, ...options });
    await pool.open();
    return pool;
  };

  it('starts all of its evaluators when it opens', async () => {
    await poolOf({ size: 3 });
    assert.equal(started.length, 3);
  });

  it('serves waiting requests in their order', async () => {
    const pool = await poolOf();
    const answers = await Promise.all(['a', 'b', 'c'].map((request) => pool.run(request)));
    assert.deepEqual(
      answers.map((answer) => answer.ok && answer.text),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(started[0]?.heard, ['a', 'b', 'c']);
  });

  it('serves others while one evaluator is busy', async () => {
    const pool = await poolOf({ size: 2 });
    const held = pool.run('hold');
    assert.deepEqual(await pool.run('echo'), { ok: true, text: 'echo' });
    started.forEach((evaluator) => evaluator.release?.());
    assert.deepEqual(await held, { ok: true, text: 'hold' });
  });

  it('fails only the request that broke an evaluator, and replaces it', async () => {
    const pool = await poolOf();
    const [broken, next] = await Promise.all([pool.run('break'), pool.run('echo')]);
    assert.equal(broken.ok, false);
    assert.deepEqual(next, { ok: true, text: 'echo' });
    assert.equal(started.length, 2);
  });

  it('replaces an evaluator that has served its time', async () => {
    const pool = await poolOf({ renewAfter: 2 });
    for (const request of ['a', 'b', 'c']) await pool.run(request);
    assert.deepEqual(
      started.map(({ heard, closed }) => [heard, closed]),
      [
        [['a', 'b'], true],
        [['c'], false],
      ],
    );
  });

  it('does not let a request wait for ever', async () => {
    const pool = await poolOf({ queueMs: 10 });
    const held = pool.run('hold');
    const waited = await pool.run('echo');
    assert.deepEqual(
      waited,
      { ok: false, reason: 'EngineFailed', message: 'no CUE engine was free within 10 ms' },
      'nothing that it is to blame for, or that is remembered',
    );
    started[0]?.release?.();
    await held;
    assert.deepEqual(started[0]?.heard, ['hold']);
  });

  it('rejects with the reason of a signal, and never evaluates what was still waiting', async () => {
    const pool = await poolOf();
    const held = pool.run('hold');
    const controller = new AbortController();
    const waiting = pool.run('echo', controller.signal);
    controller.abort(new Error('gone away'));
    await assert.rejects(waiting, /gone away/);
    started[0]?.release?.();
    await held;
    await settled();
    assert.deepEqual(started[0]?.heard, ['hold']);
    await assert.rejects(pool.run('echo', AbortSignal.abort(new Error('before'))), /before/);
  });

  it('lets go of a request under way when its signal is aborted, and serves the next', async () => {
    const pool = await poolOf();
    const controller = new AbortController();
    const held = pool.run('hold', controller.signal);
    controller.abort(new Error('gone away'));
    await assert.rejects(held, /gone away/);
    const next = pool.run('echo');
    started[0]?.release?.();
    assert.deepEqual(await next, { ok: true, text: 'echo' });
  });

  it('rejects to open where an evaluator cannot be started', async () => {
    await assert.rejects(poolOf({ start: () => Promise.reject(new Error('no memory')) }), /no memory/);
  });

  it('answers a waiting request when no replacement starts, and tries again for the next', async () => {
    const outcomes = [true, false, true];
    const start = () => (outcomes.shift() === true ? Promise.resolve(new Scripted()) : Promise.reject(new Error('no')));
    const pool = await poolOf({ start });
    const [, starved] = await Promise.all([pool.run('break'), pool.run('echo')]);
    assert.deepEqual(starved, { ok: false, reason: 'EngineFailed', message: 'no' });
    assert.deepEqual(await pool.run('echo'), { ok: true, text: 'echo' });
  });

  it('ends what waits when it closes, and takes nothing more', async () => {
    const pool = await poolOf();
    void pool.run('hold');
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
