import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/object.ts';
import { parsePointer, removePointers } from '../../../src/domain/json/json-pointer.ts';

const pointers: { pointer: string; keys: string[] | undefined; why: string }[] = [
  { pointer: '/env/DEBUG', keys: ['env', 'DEBUG'], why: 'keys are separated by slashes' },
  { pointer: '/a~1b/c~0d', keys: ['a/b', 'c~d'], why: 'both escapes are read' },
  { pointer: '/~01', keys: ['~1'], why: 'an escape is read once' },
  { pointer: '/', keys: [''], why: 'the empty key is a key' },
  { pointer: '', keys: undefined, why: 'all properties are not removed by accident' },
  { pointer: 'env/DEBUG', keys: undefined, why: 'a slash comes first' },
  { pointer: '/a~2', keys: undefined, why: 'other escapes do not exist' },
  { pointer: '/a~', keys: undefined, why: 'an escape is not cut short' },
];

describe('a JSON Pointer', () => {
  for (const { pointer, keys, why } of pointers) {
    it(`${JSON.stringify(pointer)} is ${keys === undefined ? 'none' : 'read'}: ${why}`, () => {
      assert.deepEqual(parsePointer(pointer), keys);
    });
  }
});

const removals: { why: string; object: JsonObject; remove: string[]; left: JsonObject; missing: number[] }[] = [
  { why: 'a key', object: { a: 1, b: 2 }, remove: ['/a'], left: { b: 2 }, missing: [] },
  { why: 'a key below', object: { a: { b: 1, c: 2 } }, remove: ['/a/b'], left: { a: { c: 2 } }, missing: [] },
  { why: 'a key of a list item', object: { a: [{ b: 1 }] }, remove: ['/a/0/b'], left: { a: [{}] }, missing: [] },
  {
    why: 'items as they were counted before',
    object: { a: [1, 2, 3] },
    remove: ['/a/0', '/a/1'],
    left: { a: [3] },
    missing: [],
  },
  { why: 'a whole and its part at once', object: { a: { b: 1 } }, remove: ['/a', '/a/b'], left: {}, missing: [] },
  { why: 'nothing for a key that is not there', object: { a: 1 }, remove: ['/b', '/a'], left: {}, missing: [0] },
  { why: 'nothing below a scalar', object: { a: 1 }, remove: ['/a/b'], left: { a: 1 }, missing: [0] },
  {
    why: 'nothing at an index that is not there or is none',
    object: { a: [1] },
    remove: ['/a/1', '/a/-', '/a/00'],
    left: { a: [1] },
    missing: [0, 1, 2],
  },
  { why: 'nothing that all objects inherit', object: {}, remove: ['/constructor'], left: {}, missing: [0] },
  { why: 'nothing for what is no pointer', object: { a: 1 }, remove: ['a'], left: { a: 1 }, missing: [0] },
];

describe('removing by JSON Pointers', () => {
  for (const { why, object, remove, left, missing } of removals) {
    it(`removes ${why}`, () => {
      const before = structuredClone(object);
      const result = removePointers(object, remove);
      assert.deepEqual(result.object, left);
      assert.deepEqual(
        [...result.missing].toSorted((a, b) => a - b),
        missing,
      );
      assert.deepEqual(object, before);
    });
  }

  it('takes __proto__ for a key like any other', () => {
    const object: JsonValue = JSON.parse('{"__proto__": {"a": 1, "b": 2}}');
    assert.ok(isJsonObject(object));
    assert.equal(JSON.stringify(removePointers(object, ['/__proto__/a']).object), '{"__proto__":{"b":2}}');
    assert.equal(JSON.stringify(removePointers(object, ['/__proto__']).object), '{}');
  });

  it('never throws, whatever the object and the pointers', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.string()), (object, remove) => {
        const copy: JsonValue = JSON.parse(JSON.stringify(object));
        assert.ok(isJsonObject(copy));
        removePointers(copy, remove);
      }),
    );
  });
});
