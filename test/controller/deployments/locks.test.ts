import assert from 'node:assert/strict';
import { setImmediate as soon } from 'node:timers/promises';
import { NamespaceLocks } from '../../../src/controller/deployments/locks.ts';

/** Somebody who has the turn until `end` is called, and notes when he begins and ends. */
function visitor(turns: NamespaceLocks, log: string[], keys: readonly string[], rank: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = turns.run(keys, rank, async () => {
    log.push(`${rank} begins`);
    await promise;
    log.push(`${rank} ends`);
  });
  return { done, end: resolve };
}

describe('turns', () => {
  it('are one at a time for a key, and at once for others', async () => {
    const [turns, log]: [NamespaceLocks, string[]] = [new NamespaceLocks(), []];
    const first = visitor(turns, log, ['shop'], '1');
    const second = visitor(turns, log, ['shop'], '2');
    const elsewhere = visitor(turns, log, ['store'], '3');
    await soon();
    assert.deepEqual(log, ['1 begins', '3 begins']);
    first.end();
    await soon();
    assert.deepEqual(log.slice(2), ['1 ends', '2 begins']);
    for (const { end } of [second, elsewhere]) end();
    await Promise.all([first.done, second.done, elsewhere.done]);
  });

  it('go to the smallest rank among those that wait, whoever came first', async () => {
    const [turns, log]: [NamespaceLocks, string[]] = [new NamespaceLocks(), []];
    const all = ['5', '3', '4', '1', '2'].map((rank) => visitor(turns, log, ['shop'], rank));
    for (const { end } of all) end();
    await Promise.all(all.map(({ done }) => done));
    assert.deepEqual(
      log.filter((line) => line.endsWith('begins')),
      ['5 begins', '1 begins', '2 begins', '3 begins', '4 begins'],
    );
  });

  it('of several keys begin when all are free, and never wait in a circle', async () => {
    const [turns, log]: [NamespaceLocks, string[]] = [new NamespaceLocks(), []];
    const all = [
      visitor(turns, log, ['a', 'b'], '1'),
      visitor(turns, log, ['b', 'a'], '2'),
      visitor(turns, log, ['c', 'b'], '3'),
      visitor(turns, log, ['a', 'c'], '4'),
    ];
    await soon();
    assert.equal(log.length, 1, 'each shares a key with each other');
    for (const { end } of all) end();
    await Promise.all(all.map(({ done }) => done));
    assert.equal(log.length, 8);
    const overlapping = log.filter(
      (line, index) => line.endsWith('begins') && log[index - 1]?.endsWith('begins') === true,
    );
    assert.deepEqual(overlapping, []);
  });

  it('count a key once that is given twice', async () => {
    assert.equal(await new NamespaceLocks().run(['shop', 'shop'], '1', () => Promise.resolve('done')), 'done');
  });

  it('are given on after an error, which comes out', async () => {
    const turns = new NamespaceLocks();
    const failing = turns.run(['a', 'b'], '1', () => Promise.reject(new RangeError('no')));
    const next = turns.run(['b', 'a'], '2', () => Promise.resolve('done'));
    await assert.rejects(failing, RangeError);
    assert.equal(await next, 'done');
  });

  it('are free again when nobody waits', async () => {
    const turns = new NamespaceLocks();
    for (const rank of ['1', '2', '3']) assert.equal(await turns.run(['a'], rank, () => Promise.resolve(rank)), rank);
  });
});
