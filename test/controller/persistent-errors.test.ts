import assert from 'node:assert/strict';
import { PersistentErrors } from '../../src/controller/persistent-errors.ts';

describe('PersistentErrors', () => {
  it('tells errors that last 30 s from errors that pass, for each object', () => {
    let now = 0;
    const errors = new PersistentErrors(() => now);
    assert.equal(errors.failed('a'), false);
    now = 29_999;
    assert.equal(errors.failed('a'), false);
    assert.equal(errors.failed('b'), false);
    now = 30_000;
    assert.equal(errors.failed('a'), true);
    errors.clear('a');
    assert.deepEqual([errors.failed('a'), errors.failed('b')], [false, false]);
  });
});
