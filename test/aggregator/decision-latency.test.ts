import assert from 'node:assert/strict';
import { createReceipts } from '../../src/aggregator/decision-latency.ts';

describe('receipts of decisions', () => {
  it('keep the first moment until it is taken', () => {
    let now = 1;
    const receipts = createReceipts(() => now);
    receipts.note('a/b');
    now = 2;
    receipts.note('a/b');
    assert.equal(receipts.take('a/b'), 1);
    assert.equal(receipts.take('a/b'), undefined);
  });

  it('come back after a failure, as the earlier moment', () => {
    let now = 1;
    const receipts = createReceipts(() => now);
    receipts.note('a/b');
    const taken = receipts.take('a/b');
    now = 5;
    receipts.note('a/b');
    receipts.restore('a/b', taken);
    assert.equal(receipts.take('a/b'), 1);
    receipts.restore('a/b', undefined);
    assert.equal(receipts.take('a/b'), undefined);
  });

  it('are gone when cleared', () => {
    const receipts = createReceipts(() => 1);
    receipts.note('a/b');
    receipts.clear();
    assert.equal(receipts.take('a/b'), undefined);
  });
});
