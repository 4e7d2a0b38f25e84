import assert from 'node:assert/strict';
import { FairQueue, type FairQueueOptions } from '../../src/topology/fair-queue.ts';

interface TestJob {
  namespace: string;
  name: string;
  since: number;
}

/** A queue for two workers, and jobs such as `a1`: the first one of namespace `a`. */
function queueOf(options: Partial<FairQueueOptions> = {}) {
  let time = 0;
  const queue = new FairQueue<TestJob>({
    workers: 2,
    limits: { perNamespace: 3, total: 5 },
    slowMs: 100,
    slowForMs: 1000,
    now: () => time,
    ...options,
  });
  const jobs = new Map<string, TestJob>();
  const add = (...names: string[]) =>
    names.map((name) => {
      const job = { namespace: name.charAt(0), name, since: jobs.size };
      jobs.set(name, job);
      return queue.add(job)?.name;
    });
  const end = (name: string, ms = 1) => queue.ended(jobs.get(name) ?? assert.fail(), ms);
  return {
    queue,
    add,
    end,
    take: () => queue.take()?.name,
    /** Takes and ends all jobs, one after another. */
    drain: () => {
      const order: string[] = [];
      for (let job = queue.take(); job !== undefined; job = queue.take()) {
        order.push(job.name);
        queue.ended(job, 1);
      }
      return order;
    },
    remove: (name: string) => queue.remove(jobs.get(name) ?? assert.fail()),
    sleep: (ms: number) => {
      time += ms;
    },
  };
}

describe('the queue of the CUE engine', () => {
  it('serves the namespaces in turn, and each in the order of its jobs', () => {
    const { add, drain } = queueOf();
    add('a1', 'a2', 'a3', 'b1', 'c1');
    assert.deepEqual(drain(), ['a1', 'b1', 'c1', 'a2', 'a3']);
  });

  it('gives a namespace one worker while others wait, and all workers if none waits', () => {
    const { add, take, end } = queueOf();
    add('a1', 'a2', 'a3', 'b1');
    assert.deepEqual([take(), take()], ['a1', 'b1']);
    end('b1');
    assert.equal(take(), 'a2');
  });

  it('gives the next worker to the namespace with the fewest', () => {
    const { add, take, end } = queueOf({ workers: 3 });
    add('a1', 'b1', 'a2', 'b2', 'a3');
    assert.deepEqual([take(), take(), take()], ['a1', 'b1', 'a2'], 'no worker is idle');
    end('a1');
    end('a2');
    assert.deepEqual([take(), take()], ['a3', 'b2']);
  });

  it('keeps one worker free of namespaces with slow jobs', () => {
    const { add, take, end, sleep } = queueOf();
    add('a1', 'b1');
    assert.deepEqual([take(), take()], ['a1', 'b1']);
    end('a1', 100);
    end('b1', 2500);
    add('a2', 'b2', 'b3');
    assert.deepEqual([take(), take()], ['a2', undefined]);
    add('c1');
    assert.equal(take(), 'c1', 'a namespace without slow jobs does not wait');
    end('a2');
    end('c1');
    assert.deepEqual([take(), take()], ['b2', undefined]);
    sleep(1000);
    assert.equal(take(), 'b3', 'slow jobs are forgotten');
  });

  it('serves slow namespaces if there is one worker only', () => {
    const { add, take, end, drain } = queueOf({ workers: 1 });
    add('a1');
    take();
    end('a1', 100);
    add('a2');
    assert.deepEqual(drain(), ['a2']);
  });

  it('refuses a job of a namespace with too many', () => {
    const { add, queue } = queueOf();
    assert.deepEqual(add('a1', 'a2', 'a3', 'a4', 'b1'), [undefined, undefined, undefined, 'a4', undefined]);
    assert.equal(queue.length, 4);
  });

  it('drops the newest job of the namespace with the most if there are too many in total', () => {
    const { add, queue, drain } = queueOf();
    assert.deepEqual(add('a1', 'a2', 'a3', 'b1', 'b2', 'c1').at(-1), 'a3');
    assert.equal(queue.length, 5);
    assert.deepEqual(drain(), ['a1', 'b1', 'c1', 'a2', 'b2']);
  });

  it('removes jobs', () => {
    const { add, remove, queue, drain } = queueOf();
    add('a1', 'b1', 'b2');
    remove('a1');
    remove('a1');
    remove('b1');
    assert.equal(queue.length, 1);
    assert.deepEqual(drain(), ['b2']);
    add('a1', 'b1');
    assert.deepEqual(
      queue.clear().map(({ name }) => name),
      ['a1', 'b1'],
    );
    assert.deepEqual([queue.length, drain()], [0, []]);
  });
});
