import assert from 'node:assert/strict';
import type { HistorySize } from '../../../src/catalog/history-sizes.ts';
import { HistoryBudgets } from '../../../src/controller/revisions/history-budgets.ts';

const mebibyte = 1024 * 1024;

/** Budgets in a namespace whose objects have this many MiB. */
function budgets(sizes: Record<string, Partial<HistorySize> & { stored: number }>) {
  const enqueued: string[] = [];
  const objects = new Map(
    Object.entries(sizes).map(([name, { stored, kept = stored }]) => [
      `Environment/team/${name}`,
      { stored: stored * mebibyte, kept: kept * mebibyte },
    ]),
  );
  const sum = (of: 'stored' | 'kept') => [...objects.values()].reduce((total, size) => total + size[of], 0);
  const history = { stored: sum('stored'), kept: sum('kept'), objects };
  const created = new HistoryBudgets({ of: () => history }, (key) => void enqueued.push(key));
  const budgetOf = (name: string, required: number) =>
    created.budgetOf(`Environment/team/${name}`, required * mebibyte) / mebibyte;
  return { budgetOf, enqueued, forget: (name: string) => created.forget(`Environment/team/${name}`) };
}

describe('the bytes that a history may have', () => {
  it('are those of one object as long as the namespace has space', () => {
    const { budgetOf, enqueued } = budgets({ a: { stored: 100 }, b: { stored: 12 } });
    assert.equal(budgetOf('a', 1), 16);
    assert.deepEqual(enqueued, []);
  });

  it('are an equal share of the namespace, and objects that have more are pruned too', () => {
    const sizes = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`big-${index}`, { stored: 16 }]));
    const { budgetOf, enqueued } = budgets({ ...sizes, small: { stored: 1 } });
    assert.ok(Math.abs(budgetOf('small', 1) - 111 / 16) < 0.01);
    assert.equal(enqueued.length, 16);
  });

  it('do not grow while revisions are about to be pruned, and nothing is pruned twice', () => {
    const { budgetOf, enqueued } = budgets({ a: { stored: 70, kept: 10 }, b: { stored: 70, kept: 10 } });
    assert.equal(budgetOf('a', 1), 16);
    assert.deepEqual(enqueued, []);
  });

  it('are less if another object must retain more than its share, and that one is left alone', () => {
    const { budgetOf, enqueued, forget } = budgets({ a: { stored: 104 }, b: { stored: 40 } });
    budgetOf('a', 104);
    assert.deepEqual(enqueued.splice(0), ['Environment/team/b']);
    assert.equal(budgetOf('b', 1), 8);
    assert.deepEqual(enqueued.splice(0), []);
    forget('a');
    assert.equal(budgetOf('b', 1), 16);
    assert.deepEqual(enqueued, ['Environment/team/a']);
  });
});
