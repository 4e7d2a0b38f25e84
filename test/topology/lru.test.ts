import assert from 'node:assert/strict';
import { Lru } from '../../src/topology/lru.ts';

describe('Lru', () => {
  it('forgets what was set first when it is full', () => {
    const lru = new Lru<number>(2);
    for (const [index, key] of ['a', 'b', 'c'].entries()) lru.set(key, index);
    assert.deepEqual([lru.get('a'), lru.get('b'), lru.get('c'), lru.size], [undefined, 1, 2, 2]);
  });

  it('keeps what was asked for', () => {
    const lru = new Lru<number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    lru.get('a');
    lru.set('c', 3);
    assert.deepEqual([lru.get('a'), lru.get('b')], [1, undefined]);
  });

  it('replaces a value without growing', () => {
    const lru = new Lru<number>(2);
    lru.set('a', 1);
    lru.set('a', 2);
    assert.deepEqual([lru.get('a'), lru.size], [2, 1]);
  });
});
