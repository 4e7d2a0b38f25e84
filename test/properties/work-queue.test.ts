import assert from 'node:assert/strict';
import { setImmediate as soon } from 'node:timers/promises';
import fc from 'fast-check';
import { WorkQueue } from '../../src/kube/queue/work-queue.ts';

type Step = { do: 'add' | 'fail' | 'wait' | 'finish' | 'tick'; key: string; ms: number };

const groups = ['a', 'b', 'c'];
const groupOf = (key: string) => key.slice(0, 1);
const anyStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('add', 'add', 'fail', 'wait', 'finish', 'finish', 'tick'),
  key: fc.tuple(fc.constantFrom(...groups), fc.constantFrom('1', '2', '3')).map((parts) => parts.join('')),
  ms: fc.integer({ min: 0, max: 20 }),
});

/** Workers that take keys from a queue, and what happened to each key. */
class Workers {
  readonly queue: WorkQueue;
  /** Keys that a worker is processing. */
  readonly active = new Set<string>();
  /** Keys that were added and not taken since then. */
  readonly owed = new Set<string>();

  constructor(count: number, maxPerGroup: number) {
    this.queue = new WorkQueue({ groupOf, maxPerGroup, baseMs: 1, maxMs: 4 });
    for (let worker = 0; worker < count; worker += 1) void this.take();
  }

  async take(): Promise<void> {
    const key = await this.queue.get();
    if (key === undefined) return;
    assert.ok(!this.active.has(key), `two workers process ${key}`);
    this.active.add(key);
    this.owed.delete(key);
  }

  add(key: string): void {
    this.owed.add(key);
    this.queue.add(key);
  }

  finish(key: string): void {
    this.active.delete(key);
    this.queue.done(key);
    void this.take();
  }
}

async function apply(step: Step, workers: Workers): Promise<void> {
  const { queue, active } = workers;
  if (step.do === 'add') workers.add(step.key);
  else if (step.do === 'tick') await new Promise((resolve) => setTimeout(resolve, step.ms / 10));
  else {
    const [key] = active.has(step.key) ? [step.key] : active;
    if (key === undefined) return;
    // What a reconcile ends with, as in `loop.ts`.
    if (step.do === 'fail') queue.addRateLimited(key);
    else if (step.do === 'wait') queue.addBackingOff(key, { fromMs: 1, toMs: 4 });
    else queue.forget(key);
    if (step.do !== 'finish') workers.owed.add(key);
    workers.finish(key);
  }
  await soon();
}

describe('the work queue, with any order of calls', () => {
  it('never loses a key, and never gives one key to two workers or too many keys of a group', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, count, maxPerGroup) => {
          const workers = new Workers(count, maxPerGroup);
          try {
            for (const step of steps) {
              await apply(step, workers);
              for (const group of groups) {
                const taken = [...workers.active].filter((key) => groupOf(key) === group);
                assert.ok(taken.length <= maxPerGroup, `${taken.length} keys of group ${group}`);
              }
            }
            // Every key that was added, that failed or that waits is processed in the end.
            for (let round = 0; round < 200 && workers.owed.size > 0; round += 1) {
              for (const key of workers.active) {
                workers.queue.forget(key);
                workers.finish(key);
              }
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
            assert.deepEqual([...workers.owed], [], 'lost keys');
          } finally {
            workers.queue.shutDown();
          }
        },
      ),
      { numRuns: 60 },
    );
  }).timeout(60_000);

  it('serves a key of each group after at most one key of each other group', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 80 }), async (steps) => {
        const queue = new WorkQueue({ groupOf });
        for (const { key } of steps) queue.add(key);
        const arrived = new Set(steps.map(({ key }) => groupOf(key)));
        // A group that adds each of its keys again at once does not displace the others.
        const served: string[] = [];
        for (let turn = 0; turn < 2 * arrived.size; turn += 1) {
          const key = (await queue.get()) ?? '';
          served.push(groupOf(key));
          queue.add(key);
          queue.done(key);
        }
        for (const group of arrived) assert.equal(served.filter((each) => each === group).length, 2, served.join());
        queue.shutDown();
      }),
    );
  });
});
