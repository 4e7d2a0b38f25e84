import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/object.ts';
import { cutBelow, isDeeperThan } from '../../../src/domain/json/nesting.ts';

const lists = (levels: number): JsonValue => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const maps = (levels: number): JsonObject => {
  const parsed: JsonValue = JSON.parse(`${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`);
  assert(isJsonObject(parsed));
  return parsed;
};

describe('isDeeperThan', () => {
  const cases: [value: JsonValue | undefined, levels: number, expected: boolean, why: string][] = [
    [undefined, 0, false, 'nothing has no levels'],
    [null, 0, false, 'null is no level'],
    ['x', 0, false, 'a string is no level'],
    [{}, 0, true, 'an empty object is a level'],
    [{}, 1, false, 'an empty object is one level'],
    [{ a: [1] }, 1, true, 'lists count like objects'],
    [{ a: [1] }, 2, false, 'scalars do not count'],
    [[[], [], [[[]]]], 3, true, 'the deepest branch counts'],
    [JSON.parse('{"__proto__": {"constructor": [[]]}}'), 3, true, '__proto__ is just a key'],
    [lists(200), 200, false, 'as deep as may be'],
    [lists(201), 200, true, 'one too deep'],
    [maps(201), 200, true, 'one too deep, of objects'],
    [lists(20_000), 200, true, 'where JSON.stringify overflows'],
    [lists(1_000_000), 200, true, 'where any recursion overflows'],
  ];
  for (const [value, levels, expected, why] of cases) {
    it(`returns ${expected} for ${levels}: ${why}`, () => assert.equal(isDeeperThan(value, levels), expected));
  }
});

describe('cutBelow', () => {
  it('does not change what is shallow enough', () => {
    const value = { a: [1, { b: null }], c: 'x' };
    assert.deepEqual(cutBelow(value, 3), value);
  });

  it('replaces deeper objects and arrays by null', () => {
    assert.deepEqual(cutBelow({ a: [1, { b: 2 }], c: 'x' }, 2), { a: [1, null], c: 'x' });
  });

  it('cuts a million levels', () => {
    const cut = cutBelow(maps(1_000_000), 200);
    assert.equal(isDeeperThan(cut, 200), false);
    assert.equal(isDeeperThan(cut, 199), true);
  });

  it('keeps __proto__ as a key', () => {
    const value: JsonValue = JSON.parse('{"__proto__": {"a": 1}}');
    assert(isJsonObject(value));
    assert.equal(JSON.stringify(cutBelow(value, 2)), '{"__proto__":{"a":1}}');
  });
});
