import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/object.ts';
import { parsePointer, removePointers } from '../../../src/domain/json/json-pointer.ts';

const pointers: { pointer: string; keys: string[] | undefined; why: string }[] = [
  { pointer: '/env/DEBUG', keys: ['env', 'DEBUG'], why: 'keys are separated by slashes' },
  { pointer: '/a~1b/c~0d', keys: ['a/b', 'c~d'], why: 'both escapes are read' },
  { pointer: '/~01', keys: ['~1'], why: 'an escape is read once' },
  { pointer: '/', keys: [''], why: 'the empty key is a key' },
  { pointer: '', keys: undefined, why: 'the whole object is never removed' },
  { pointer: 'env/DEBUG', keys: undefined, why: 'it has to begin with a slash' },
  { pointer: '/a~2', keys: undefined, why: 'other escapes do not exist' },
  { pointer: '/a~', keys: undefined, why: 'an escape has two characters' },
];

describe('a JSON Pointer', () => {
  for (const { pointer, keys, why } of pointers) {
    it(`${JSON.stringify(pointer)} is ${keys === undefined ? 'malformed' : 'valid'}: ${why}`, () => {
      assert.deepEqual(parsePointer(pointer), keys);
    });
  }
});

const removals: { why: string; object: JsonObject; remove: string[]; left: JsonObject; missing: number[] }[] = [
  { why: 'a key', object: { a: 1, b: 2 }, remove: ['/a'], left: { b: 2 }, missing: [] },
  { why: 'a nested key', object: { a: { b: 1, c: 2 } }, remove: ['/a/b'], left: { a: { c: 2 } }, missing: [] },
  { why: 'a key of a list item', object: { a: [{ b: 1 }] }, remove: ['/a/0/b'], left: { a: [{}] }, missing: [] },
  {
    why: 'items by their index in the original list',
    object: { a: [1, 2, 3] },
    remove: ['/a/0', '/a/1'],
    left: { a: [3] },
    missing: [],
  },
  {
    why: 'a value together with a value in it',
    object: { a: { b: 1 } },
    remove: ['/a', '/a/b'],
    left: {},
    missing: [],
  },
  { why: 'nothing where a key is absent', object: { a: 1 }, remove: ['/b', '/a'], left: {}, missing: [0] },
  { why: 'nothing below a scalar', object: { a: 1 }, remove: ['/a/b'], left: { a: 1 }, missing: [0] },
  {
    why: 'nothing where an index is too large or malformed',
    object: { a: [1] },
    remove: ['/a/1', '/a/-', '/a/00'],
    left: { a: [1] },
    missing: [0, 1, 2],
  },
  {
    why: 'many items of a list at once',
    object: { a: Array.from({ length: 100 }, (_, index) => index) },
    remove: Array.from({ length: 99 }, (_, index) => `/a/${index}`),
    left: { a: [99] },
    missing: [],
  },
  { why: 'no inherited property', object: {}, remove: ['/constructor'], left: {}, missing: [0] },
  { why: 'nothing where a pointer is malformed', object: { a: 1 }, remove: ['a'], left: { a: 1 }, missing: [0] },
];

describe('removing by JSON Pointers', () => {
  for (const { why, object, remove, left, missing } of removals) {
    it(`removes ${why}`, () => {
      const changed = structuredClone(object);
      const found = removePointers(changed, remove);
      assert.deepEqual(changed, left);
      assert.deepEqual(found, missing);
    });
  }

  it('removes __proto__ like any other key', () => {
    const object: JsonValue = JSON.parse('{"__proto__": {"a": 1, "b": 2}}');
    assert.ok(isJsonObject(object));
    removePointers(object, ['/__proto__/a']);
    assert.equal(JSON.stringify(object), '{"__proto__":{"b":2}}');
    removePointers(object, ['/__proto__']);
    assert.equal(JSON.stringify(object), '{}');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.string()), (object, remove) => {
        const copy: JsonValue = JSON.parse(JSON.stringify(object));
        assert.ok(isJsonObject(copy));
        removePointers(copy, remove);
      }),
    );
  });
});
