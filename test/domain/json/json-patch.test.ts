import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/api/object.ts';
import { sameJson } from '../../../src/domain/json/canonical-json.ts';
import { applyPatch, jsonPatch, type PatchOperation } from '../../../src/domain/json/json-patch.ts';
import { anyJsonObject } from '../../support/any-json.ts';

const cases: { before: JsonObject; after: JsonObject; patch: PatchOperation[]; why: string }[] = [
  { before: {}, after: { a: 1 }, patch: [{ op: 'add', path: '/a', value: 1 }], why: 'a key is added' },
  { before: { a: 1 }, after: {}, patch: [{ op: 'remove', path: '/a' }], why: 'a key is removed' },
  { before: { a: 1 }, after: { a: 2 }, patch: [{ op: 'replace', path: '/a', value: 2 }], why: 'a value differs' },
  {
    before: { a: { b: 1, c: 2 } },
    after: { a: { b: 1, c: 3 } },
    patch: [{ op: 'replace', path: '/a/c', value: 3 }],
    why: 'only the nested value differs',
  },
  {
    before: { a: [1, 2] },
    after: { a: [1, 3] },
    patch: [{ op: 'replace', path: '/a', value: [1, 3] }],
    why: 'a list is replaced as a whole',
  },
  {
    before: { a: {} },
    after: { a: { 'x/y~z': 1 } },
    patch: [{ op: 'add', path: '/a/x~1y~0z', value: 1 }],
    why: 'slashes and tildes are escaped, as names of annotations need',
  },
  { before: { a: null }, after: { a: 1 }, patch: [{ op: 'replace', path: '/a', value: 1 }], why: 'null is a value' },
  { before: { a: { b: 1, c: 2 } }, after: { a: { c: 2, b: 1 } }, patch: [], why: 'the order of keys does not matter' },
  {
    before: {},
    after: JSON.parse('{"__proto__": {"x": 1}}'),
    patch: [{ op: 'add', path: '/__proto__', value: { x: 1 } }],
    why: '__proto__ is a key like any other',
  },
  {
    before: {},
    after: { constructor: 'x' },
    patch: [{ op: 'add', path: '/constructor', value: 'x' }],
    why: 'constructor is a key like any other',
  },
];

describe('the patch between two objects', () => {
  for (const { before, after, patch, why } of cases) {
    it(`is ${JSON.stringify(patch)}: ${why}`, () => assert.deepEqual(jsonPatch(before, after), patch));
  }

  it('turns one object into the other when it is applied', () => {
    fc.assert(
      fc.property(anyJsonObject, anyJsonObject, (before, after) => {
        const patched = applyPatch(before, jsonPatch(before, after));
        assert.ok(sameJson(patched, after));
      }),
    );
  });

  it('is empty if and only if the objects are equal', () => {
    fc.assert(
      fc.property(anyJsonObject, anyJsonObject, (one, other) => {
        assert.deepEqual(jsonPatch(one, structuredClone(one)), []);
        assert.equal(jsonPatch(one, other).length === 0, sameJson(one, other));
      }),
    );
  });
});

describe('applying a patch', () => {
  const object: JsonObject = { a: { b: 1 }, list: [1] };

  for (const { before, after, patch, why } of cases) {
    it(`gives the target: ${why}`, () => assert.ok(sameJson(applyPatch(before, patch), after)));
  }

  it('does not change the object', () => {
    applyPatch(object, [{ op: 'replace', path: '/a/b', value: 2 }]);
    assert.deepEqual(object, { a: { b: 1 }, list: [1] });
  });

  const refused: { patch: PatchOperation; says: RegExp; why: string }[] = [
    { patch: { op: 'replace', path: '', value: {} }, says: /does not name a field/, why: 'the whole object' },
    { patch: { op: 'add', path: '/x/y', value: 1 }, says: /x is not an object/, why: 'a parent that does not exist' },
    { patch: { op: 'add', path: '/list/0', value: 1 }, says: /list is not an object/, why: 'an element of a list' },
    {
      patch: { op: 'replace', path: '/x', value: 1 },
      says: /there is no x/,
      why: 'the replacement of a field that does not exist',
    },
    { patch: { op: 'remove', path: '/a/x' }, says: /there is no x/, why: 'the removal of a field that does not exist' },
    { patch: { op: 'remove', path: '/toString' }, says: /there is no toString/, why: 'an inherited property' },
  ];
  for (const { patch, says, why } of refused) {
    it(`throws for ${why}`, () => assert.throws(() => applyPatch(object, [patch]), says));
  }
});
