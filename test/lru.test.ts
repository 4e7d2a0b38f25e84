import assert from 'node:assert/strict';
import { Lru } from '../src/lru.ts';

describe('Lru', () => {
  it('forgets what was set first when it is full', () => {
    const lru = new Lru<number>({ capacity: 2 });
    for (const [index, key] of ['a', 'b', 'c'].entries()) lru.set(key, index);
    assert.deepEqual([lru.get('a'), lru.get('b'), lru.get('c'), lru.size], [undefined, 1, 2, 2]);
  });

  it('keeps what was asked for', () => {
    const lru = new Lru<number>({ capacity: 2 });
    lru.set('a', 1);
    lru.set('b', 2);
    lru.get('a');
    lru.set('c', 3);
    assert.deepEqual([lru.get('a'), lru.get('b')], [1, undefined]);
  });

  it('replaces a value without growing', () => {
    const lru = new Lru<number>({ capacity: 2 });
    lru.set('a', 1);
    lru.set('a', 2);
    assert.deepEqual([lru.get('a'), lru.size], [2, 1]);
  });

  const texts = () => new Lru<string>({ capacity: 10, budget: 10, sizeOf: (text) => text.length });

  it('forgets as many as a big one needs room for', () => {
    const lru = texts();
    for (const key of ['a', 'b', 'c']) lru.set(key, 'xxx');
    lru.set('d', 'xxxxxxx');
    assert.deepEqual(
      [lru.get('a'), lru.get('b'), lru.get('c'), lru.get('d')],
      [undefined, undefined, 'xxx', 'xxxxxxx'],
    );
  });

  it('does not keep what is bigger than all that it may hold, nor what that was to replace', () => {
    const lru = texts();
    lru.set('a', 'xxx');
    lru.set('b', 'xxx');
    lru.set('b', 'x'.repeat(11));
    assert.deepEqual([lru.get('a'), lru.get('b'), lru.size], ['xxx', undefined, 1]);
  });

  it('counts a replaced value once', () => {
    const lru = texts();
    for (let round = 0; round < 5; round += 1) lru.set('a', 'xxxxx');
    lru.set('b', 'xxxxx');
    assert.deepEqual([lru.get('a'), lru.get('b')], ['xxxxx', 'xxxxx']);
  });
});
