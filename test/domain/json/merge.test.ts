import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/object.ts';
import { copyJson, mergeInto } from '../../../src/domain/json/merge.ts';

const cases: { why: string; base: JsonObject; patch: JsonObject; merged: JsonObject }[] = [
  { why: 'keys of both are present', base: { a: 1 }, patch: { b: 2 }, merged: { a: 1, b: 2 } },
  {
    why: 'maps are merged recursively',
    base: { a: { b: 1, c: 1 } },
    patch: { a: { c: 2 } },
    merged: { a: { b: 1, c: 2 } },
  },
  { why: 'lists replace', base: { a: [1, 2] }, patch: { a: [3] }, merged: { a: [3] } },
  {
    why: 'scalars replace, empty ones too',
    base: { a: 3, b: true, c: 'x' },
    patch: { a: 0, b: false, c: '' },
    merged: { a: 0, b: false, c: '' },
  },
  { why: 'a map replaces a scalar', base: { a: 1 }, patch: { a: { b: 2 } }, merged: { a: { b: 2 } } },
  { why: 'a scalar replaces a map', base: { a: { b: 2 } }, patch: { a: 1 }, merged: { a: 1 } },
  { why: 'null removes a key', base: { a: 1, b: 2 }, patch: { a: null }, merged: { b: 2 } },
  {
    why: 'null is never a result, also inside a new map',
    base: {},
    patch: { a: null, b: { c: null } },
    merged: { b: {} },
  },
  { why: 'null in a list is a value', base: {}, patch: { a: [null] }, merged: { a: [null] } },
];

function read(json: string): JsonObject {
  const value: JsonValue = JSON.parse(json);
  assert.ok(isJsonObject(value));
  return value;
}

describe('a merge', () => {
  for (const { why, base, patch, merged } of cases) {
    it(`follows RFC 7396: ${why}`, () => {
      const before = structuredClone(patch);
      const target = copyJson(base);
      mergeInto(target, patch);
      assert.deepEqual(target, merged);
      assert.deepEqual(patch, before);
    });
  }

  it('treats __proto__ and constructor like any other key', () => {
    const merged = copyJson(read('{"__proto__": {"a": 1}, "b": {}}'));
    mergeInto(
      merged,
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

  it('copies what it takes from the patch, so that a later merge does not change the patch', () => {
    const patch: JsonObject = { a: { b: [{ c: 1 }] } };
    const target: JsonObject = {};
    mergeInto(target, patch);
    mergeInto(target, { a: { d: 1 } });
    assert.deepEqual(patch, { a: { b: [{ c: 1 }] } });
    assert.notEqual(target['a'], patch['a']);
  });
});
