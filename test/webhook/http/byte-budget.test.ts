import assert from 'node:assert/strict';
import { ByteBudget, ReviewBudget } from '../../../src/webhook/http/byte-budget.ts';

const mebibyte = 1024 * 1024;

/** Records when an acquisition is granted. */
async function grantedAs(name: string, order: string[], acquisition: ReturnType<ByteBudget['acquire']>) {
  const release = await acquisition;
  order.push(release === undefined ? `${name} refused` : name);
  return release;
}

describe('a budget of bytes', () => {
  it('grants what fits, and the rest in the order of arrival', async () => {
    const budget = new ByteBudget(10);
    const order: string[] = [];
    const first = await grantedAs('first', order, budget.acquire(6, 1000));
    const second = grantedAs('second', order, budget.acquire(6, 1000));
    const third = grantedAs('third', order, budget.acquire(4, 1000));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(order, ['first'], 'a small one does not overtake, so that a large one is served');
    first?.();
    await Promise.all([second, third]);
    assert.deepEqual(order, ['first', 'second', 'third']);
  });

  it('refuses what does not fit in time, and serves those behind it', async () => {
    const budget = new ByteBudget(10);
    const order: string[] = [];
    await grantedAs('first', order, budget.acquire(6, 1000));
    await Promise.all([
      grantedAs('large', order, budget.acquire(10, 5)),
      grantedAs('small', order, budget.acquire(4, 1000)),
    ]);
    assert.deepEqual(order.toSorted(), ['first', 'large refused', 'small']);
  });

  it('is released once', async () => {
    const budget = new ByteBudget(10);
    const release = await budget.acquire(10, 1000);
    release?.();
    release?.();
    assert.notEqual(await budget.acquire(10, 5), undefined);
    assert.equal(await budget.acquire(1, 5), undefined);
  });

  it('grants a request that is larger than all of it', async () => {
    assert.notEqual(await new ByteBudget(10).acquire(11, 5), undefined);
  });
});

describe('the budget of reviews', () => {
  it('serves small reviews while large ones wait', async () => {
    const budget = new ReviewBudget();
    assert.notEqual(await budget.acquire(7 * mebibyte, 5), undefined);
    assert.equal(await budget.acquire(2 * mebibyte, 5), undefined);
    assert.notEqual(await budget.acquire(4096, 5), undefined);
  });

  it('bounds small reviews too', async () => {
    const budget = new ReviewBudget();
    const granted = await Promise.all(Array.from({ length: 20 }, async () => budget.acquire(256 * 1024, 5)));
    assert.equal(granted.filter((release) => release !== undefined).length, 16);
  });
});
