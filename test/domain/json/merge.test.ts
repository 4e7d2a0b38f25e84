import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/object.ts';
import { mergeJson } from '../../../src/domain/json/merge.ts';

const cases: { why: string; base: JsonObject; patch: JsonObject; merged: JsonObject }[] = [
  { why: 'keys of both are there', base: { a: 1 }, patch: { b: 2 }, merged: { a: 1, b: 2 } },
  { why: 'maps merge deeply', base: { a: { b: 1, c: 1 } }, patch: { a: { c: 2 } }, merged: { a: { b: 1, c: 2 } } },
  { why: 'lists replace', base: { a: [1, 2] }, patch: { a: [3] }, merged: { a: [3] } },
  {
    why: 'scalars replace, zero values too',
    base: { a: 3, b: true, c: 'x' },
    patch: { a: 0, b: false, c: '' },
    merged: { a: 0, b: false, c: '' },
  },
  { why: 'a map replaces a scalar', base: { a: 1 }, patch: { a: { b: 2 } }, merged: { a: { b: 2 } } },
  { why: 'a scalar replaces a map', base: { a: { b: 2 } }, patch: { a: 1 }, merged: { a: 1 } },
  { why: 'null removes a key', base: { a: 1, b: 2 }, patch: { a: null }, merged: { b: 2 } },
  { why: 'null never arrives, nor within a new map', base: {}, patch: { a: null, b: { c: null } }, merged: { b: {} } },
  { why: 'null in a list is a value', base: {}, patch: { a: [null] }, merged: { a: [null] } },
];

function read(text: string): JsonObject {
  const value: JsonValue = JSON.parse(text);
  assert.ok(isJsonObject(value));
  return value;
}

describe('merging', () => {
  for (const { why, base, patch, merged } of cases) {
    it(`is right: ${why}`, () => {
      const before = structuredClone([base, patch]);
      assert.deepEqual(mergeJson(base, patch), merged);
      assert.deepEqual([base, patch], before);
    });
  }

  it('takes __proto__ and constructor for keys like any other', () => {
    const merged = mergeJson(
      read('{"__proto__": {"a": 1}, "b": {}}'),
      read(
        '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "b": {"__proto__": {"polluted": true}}}',
      ),
    );
    assert.equal(
      JSON.stringify(merged),
      '{"__proto__":{"a":1,"polluted":true},"b":{"__proto__":{"polluted":true}},"constructor":{"prototype":{"polluted":true}}}',
    );
    assert.equal('polluted' in {}, false);
    assert.equal(Object.getPrototypeOf(merged), Object.prototype);
  });
});
