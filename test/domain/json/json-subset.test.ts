import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isContained } from '../../../src/domain/json/json-subset.ts';
import { anyJson, anyJsonObject } from '../../support/any-json.ts';

const cases: { wanted: unknown; present: unknown; contained: boolean; why: string }[] = [
  { wanted: { a: 1 }, present: { a: 1, b: 2 }, contained: true, why: 'what is there besides is somebody else’s' },
  { wanted: { a: 1 }, present: { a: 2 }, contained: false, why: 'another value' },
  { wanted: { a: 1 }, present: {}, contained: false, why: 'nothing there' },
  { wanted: { a: {} }, present: {}, contained: false, why: 'an empty object is something' },
  { wanted: [1], present: [1, 2], contained: false, why: 'a list of another length' },
  { wanted: [{ a: 1 }], present: [{ a: 1, b: 2 }], contained: true, why: 'items contain one another' },
  { wanted: [1, 2], present: [2, 1], contained: false, why: 'the order of a list counts' },
  { wanted: {}, present: [], contained: false, why: 'a list is no object' },
  { wanted: 1, present: '1', contained: false, why: 'a number is no text' },
  { wanted: null, present: null, contained: true, why: 'null is null' },
  { wanted: { toString: 'x' }, present: {}, contained: false, why: 'what every object inherits is not there' },
  { wanted: { constructor: {} }, present: {}, contained: false, why: 'what every object inherits is not there' },
  { wanted: JSON.parse('{"__proto__": {}}'), present: {}, contained: false, why: 'a prototype is not there' },
];

describe('containment', () => {
  for (const { wanted, present, contained, why } of cases) {
    it(`${JSON.stringify(wanted)} is ${contained ? '' : 'not '}in ${JSON.stringify(present)}: ${why}`, () => {
      assert.equal(isContained(wanted, present), contained);
    });
  }

  it('holds for every value in itself, and in itself with more', () => {
    fc.assert(fc.property(anyJson, (value) => assert.ok(isContained(value, structuredClone(value)))));
    fc.assert(fc.property(anyJsonObject, (value) => assert.ok(isContained(value, { ...value, more: 1 }))));
  });
});
