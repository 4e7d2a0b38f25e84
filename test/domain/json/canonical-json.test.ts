import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalJson, sameJson } from '../../../src/domain/json/canonical-json.ts';
import { anyJson, anyJsonObject } from '../../support/any-json.ts';

const cases: { value: unknown; text: string; why: string }[] = [
  { value: { b: 1, a: [true, null] }, text: '{"a":[true,null],"b":1}', why: 'keys sorted, no spaces' },
  { value: { a: undefined, b: 1 }, text: '{"b":1}', why: 'undefined is absent' },
  { value: undefined, text: 'null', why: 'nothing at all' },
  { value: { B: 1, a: 2, _: 3 }, text: '{"B":1,"_":3,"a":2}', why: 'sorted by code unit, not by language' },
  { value: { 10: 1, 9: 2 }, text: '{"10":1,"9":2}', why: 'keys of digits are texts too' },
  { value: 'a"\n\u2028', text: JSON.stringify('a"\n\u2028'), why: 'strings as JSON has them' },
  { value: JSON.parse('{"__proto__":1}'), text: '{"__proto__":1}', why: '__proto__ is just a key' },
];

describe('canonical JSON', () => {
  for (const { value, text, why } of cases) {
    it(`is ${text}: ${why}`, () => assert.equal(canonicalJson(value), text));
  }

  it('is JSON of the same value', () => {
    fc.assert(fc.property(anyJson, (value) => assert.deepEqual(JSON.parse(canonicalJson(value)), value)));
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(anyJsonObject, (object) => {
        const turned = Object.fromEntries(Object.entries(object).toReversed());
        assert.equal(canonicalJson(turned), canonicalJson(object));
        assert.ok(sameJson(turned, object));
      }),
    );
  });

  it('tells apart what differs', () => {
    const pairs: [unknown, unknown][] = [
      [{ a: 1 }, { a: '1' }],
      [{ a: null }, {}],
      [
        [1, 2],
        [2, 1],
      ],
      [[], {}],
      ['', null],
      [JSON.parse('{"__proto__":{}}'), {}],
    ];
    for (const [left, right] of pairs) assert.equal(sameJson(left, right), false, canonicalJson([left, right]));
  });
});
