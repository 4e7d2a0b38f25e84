import assert from 'node:assert/strict';
import { setImmediate as soon } from 'node:timers/promises';
import { lockPriority, NamespaceLocks } from '../../../src/controller/deployments/locks.ts';
import { finalizedDeployment } from '../../support/deployments-scene.ts';

/** A holder of the locks until `end` is called. It logs when it begins and ends. */
function holder(locks: NamespaceLocks, log: string[], keys: readonly string[], priority: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = locks.run(keys, priority, async () => {
    log.push(`${priority} begins`);
    await promise;
    log.push(`${priority} ends`);
  });
  return { done, end: resolve };
}

describe('namespace locks', () => {
  it('are held by one holder at a time for each key, and concurrently for different keys', async () => {
    const [locks, log]: [NamespaceLocks, string[]] = [new NamespaceLocks(), []];
    const first = holder(locks, log, ['shop'], '1');
    const second = holder(locks, log, ['shop'], '2');
    const elsewhere = holder(locks, log, ['store'], '3');
    await soon();
    assert.deepEqual(log, ['1 begins', '3 begins']);
    first.end();
    await soon();
    assert.deepEqual(log.slice(2), ['1 ends', '2 begins']);
    for (const { end } of [second, elsewhere]) end();
    await Promise.all([first.done, second.done, elsewhere.done]);
  });

  it('are acquired by the waiter with the smallest priority, regardless of the order of arrival', async () => {
    const [locks, log]: [NamespaceLocks, string[]] = [new NamespaceLocks(), []];
    const all = ['5', '3', '4', '1', '2'].map((priority) => holder(locks, log, ['shop'], priority));
    for (const { end } of all) end();
    await Promise.all(all.map(({ done }) => done));
    assert.deepEqual(
      log.filter((line) => line.endsWith('begins')),
      ['5 begins', '1 begins', '2 begins', '3 begins', '4 begins'],
    );
  });

  it('are all held before the function runs, without a deadlock', async () => {
    const [locks, log]: [NamespaceLocks, string[]] = [new NamespaceLocks(), []];
    const all = [
      holder(locks, log, ['a', 'b'], '1'),
      holder(locks, log, ['b', 'a'], '2'),
      holder(locks, log, ['c', 'b'], '3'),
      holder(locks, log, ['a', 'c'], '4'),
    ];
    await soon();
    assert.equal(log.length, 1, 'any two of them share a key');
    for (const { end } of all) end();
    await Promise.all(all.map(({ done }) => done));
    assert.equal(log.length, 8);
    const overlapping = log.filter(
      (line, index) => line.endsWith('begins') && log[index - 1]?.endsWith('begins') === true,
    );
    assert.deepEqual(overlapping, []);
  });

  it('count a repeated key once', async () => {
    assert.equal(await new NamespaceLocks().run(['shop', 'shop'], '1', () => Promise.resolve('done')), 'done');
  });

  it('are released after an error, which is thrown', async () => {
    const locks = new NamespaceLocks();
    const failing = locks.run(['a', 'b'], '1', () => Promise.reject(new RangeError('no')));
    const next = locks.run(['b', 'a'], '2', () => Promise.resolve('done'));
    await assert.rejects(failing, RangeError);
    assert.equal(await next, 'done');
  });

  it('are free again if there is no waiter', async () => {
    const locks = new NamespaceLocks();
    for (const each of ['1', '2', '3']) assert.equal(await locks.run(['a'], each, () => Promise.resolve(each)), each);
  });
});

describe('the lock priority of a deployment', () => {
  it('is its age, and its name among those created in the same second', () => {
    const priorities = [{ name: 'b' }, { name: 'a', second: 1 }, { name: 'a' }].map((options) =>
      lockPriority(finalizedDeployment(options)),
    );
    assert.deepEqual(priorities.toSorted(), [priorities[2], priorities[0], priorities[1]]);
  });
});
