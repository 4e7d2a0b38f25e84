import assert from 'node:assert/strict';
import { ApiError, LostLeadership, TerminalError } from '../../../src/kube/client/errors.ts';
import { type LoopMetrics, type Outcome, type Reconcile, runLoop } from '../../../src/kube/queue/loop.ts';
import { WorkQueue } from '../../../src/kube/queue/work-queue.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedLog } from '../../support/recorded-log.ts';

describe('runLoop', () => {
  let queue: WorkQueue;
  let stop: AbortController;
  let record: ReturnType<typeof recordedLog>;
  let outcomes: Outcome[];
  let loop: Promise<void>;

  const start = (reconcile: Reconcile, workers = 1) => {
    queue = new WorkQueue();
    stop = new AbortController();
    record = recordedLog();
    outcomes = [];
    const metrics: LoopMetrics = {
      started: () => undefined,
      finished: (_seconds, outcome) => void outcomes.push(outcome),
      depth: () => undefined,
    };
    loop = runLoop({ name: 'test', queue, reconcile, workers, log: record.log, metrics, signal: stop.signal });
  };
  afterEach(async () => {
    stop.abort();
    await loop;
  });

  it('reconciles each key that is added', async () => {
    const keys: string[] = [];
    start(async (key) => void keys.push(key));
    queue.add('a');
    queue.add('b');
    await eventually('both', () => outcomes.length === 2);
    assert.deepEqual(keys, ['a', 'b']);
    assert.deepEqual(outcomes, ['success', 'success']);
  });

  it('reconciles several keys at a time, but each key only once at a time', async () => {
    const open: (() => void)[] = [];
    start(() => new Promise((resolve) => open.push(resolve)), 2);
    for (const key of ['a', 'b', 'a', 'c']) queue.add(key);
    await eventually('two keys are processed', () => open.length === 2);
    queue.add('a');
    assert.equal(queue.length, 1);
    await eventually('all', () => {
      for (const finish of open.splice(0)) finish();
      return outcomes.length === 4;
    });
  });

  const failures: [why: string, error: Error, outcome: Outcome, level: string, calls: number][] = [
    ['retries after an error, and logs it', new Error('no luck'), 'error', 'error', 3],
    ['retries after a conflict without an error log', conflict(), 'requeue', 'debug', 3],
    ['does not retry after a terminal error', new TerminalError('never'), 'terminal', 'error', 1],
    ['retries after a lost Lease without an error log', new LostLeadership('lost'), 'requeue', 'debug', 3],
  ];
  for (const [why, error, outcome, level, calls] of failures) {
    it(why, async () => {
      let called = 0;
      start(async () => {
        if (++called < 3) throw error;
      });
      queue.add('a');
      await eventually('the calls', () => outcomes.length === calls);
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.equal(called, calls);
      assert.equal(outcomes[0], outcome);
      assert.equal(record.lines[0]?.level, level);
      assert.deepEqual(record.lines[0]?.fields, { loop: 'test', key: 'a', err: error });
    });
  }

  it('reconciles a key again after a terminal error, once it is added', async () => {
    start(async () => {
      throw new TerminalError('never');
    });
    queue.add('a');
    await eventually('the first', () => outcomes.length === 1);
    queue.add('a');
    await eventually('the second', () => outcomes.length === 2);
  });

  it('reconciles again when the result contains requeueAfterMs', async () => {
    start(async () => (outcomes.length === 0 ? { requeueAfterMs: 5 } : undefined));
    queue.add('a');
    await eventually('twice', () => outcomes.length === 2);
    assert.deepEqual(outcomes, ['requeue', 'success']);
  });

  it('reconciles again after a backoff, which grows until the key is added', async () => {
    const delays: number[] = [];
    start(async () => ({ backoff: { fromMs: 60_000, toMs: 90_000 } }));
    for (const count of [1, 2]) {
      queue.addAfter = (_key, ms) => void delays.push(ms);
      queue.add('a');
      await eventually('it waits', () => outcomes.length === count);
    }
    assert.deepEqual(outcomes, ['requeue', 'requeue']);
    assert.ok(
      delays.every((ms) => ms >= 30_000 && ms <= 60_000),
      `added from outside, so the first delay: ${delays.join()}`,
    );
  });

  it('reconciles at a known time although the backoff is longer', async () => {
    start(async () =>
      outcomes.length === 0 ? { requeueAfterMs: 5, backoff: { fromMs: 60_000, toMs: 60_000 } } : undefined,
    );
    queue.add('a');
    await eventually('twice', () => outcomes.length === 2);
  });

  it('aborts running reconciles, waits for them, and drops the other keys', async () => {
    const stopped: string[] = [];
    start(async (key, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      stopped.push(key);
      throw new Error('aborted');
    });
    queue.add('a');
    queue.add('b');
    await eventually('one key is processed', () => queue.length === 1);
    stop.abort();
    await loop;
    assert.deepEqual(stopped, ['a']);
    assert.ok(record.lines.every(({ level }) => level === 'debug'));
  });

  it('ends at once if it was stopped before it began', async () => {
    queue = new WorkQueue();
    queue.add('a');
    stop = new AbortController();
    stop.abort();
    loop = runLoop({
      name: 'test',
      queue,
      reconcile: () => assert.fail('reconciled'),
      workers: 2,
      log: recordedLog().log,
      signal: stop.signal,
    });
    await loop;
  });
});

function conflict(): ApiError {
  return new ApiError('newer', { code: 409, reason: 'Conflict' });
}
