import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isContained } from '../../../src/domain/json/json-subset.ts';
import { anyJson, anyJsonObject } from '../../support/any-json.ts';

const cases: { wanted: unknown; present: unknown; contained: boolean; why: string }[] = [
  { wanted: { a: 1 }, present: { a: 1, b: 2 }, contained: true, why: 'other fields are ignored' },
  { wanted: { a: 1 }, present: { a: 2 }, contained: false, why: 'the value differs' },
  { wanted: { a: 1 }, present: {}, contained: false, why: 'the field is absent' },
  { wanted: { a: {} }, present: {}, contained: false, why: 'an empty object is not the same as an absent one' },
  { wanted: [1], present: [1, 2], contained: false, why: 'the lists differ in length' },
  { wanted: [{ a: 1 }], present: [{ a: 1, b: 2 }], contained: true, why: 'each item contains the wanted one' },
  { wanted: [1, 2], present: [2, 1], contained: false, why: 'the order of a list matters' },
  { wanted: {}, present: [], contained: false, why: 'a list is not an object' },
  { wanted: 1, present: '1', contained: false, why: 'a number is not a string' },
  { wanted: null, present: null, contained: true, why: 'null equals null' },
  { wanted: { toString: 'x' }, present: {}, contained: false, why: 'an inherited property is not a field' },
  { wanted: { constructor: {} }, present: {}, contained: false, why: 'an inherited property is not a field' },
  { wanted: JSON.parse('{"__proto__": {}}'), present: {}, contained: false, why: 'a prototype is not a field' },
];

describe('containment', () => {
  for (const { wanted, present, contained, why } of cases) {
    it(`${JSON.stringify(wanted)} is ${contained ? '' : 'not '}in ${JSON.stringify(present)}: ${why}`, () => {
      assert.equal(isContained(wanted, present), contained);
    });
  }

  it('is true of a value and itself, also with one more field', () => {
    fc.assert(fc.property(anyJson, (value) => assert.ok(isContained(value, structuredClone(value)))));
    fc.assert(fc.property(anyJsonObject, (value) => assert.ok(isContained(value, { ...value, more: 1 }))));
  });
});
