import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJson } from '../../../src/api/json-text.ts';
import { isJsonObject } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { canonicalJson, sameJson } from '../../../src/domain/json/canonical-json.ts';
import { anyJson, anyJsonObject } from '../../support/any-json.ts';

const cases: { value: unknown; json: string; why: string }[] = [
  { value: { b: 1, a: [true, null] }, json: '{"a":[true,null],"b":1}', why: 'keys are sorted, without spaces' },
  { value: { a: undefined, b: 1 }, json: '{"b":1}', why: 'an undefined field is absent' },
  { value: [undefined], json: '[null]', why: 'a list keeps its length' },
  { value: undefined, json: 'null', why: 'an absent value is null' },
  { value: { B: 1, a: 2, _: 3 }, json: '{"B":1,"_":3,"a":2}', why: 'keys are sorted by code unit, not by language' },
  { value: { '😀': 1, ﬀ: 2 }, json: '{"😀":1,"ﬀ":2}', why: 'code units are compared, not code points' },
  { value: { 10: 1, 9: 2 }, json: '{"10":1,"9":2}', why: 'keys of digits are compared as strings' },
  {
    value: [-0, 1e21, 1e-7, 0.1],
    json: '[0,1e+21,1e-7,0.1]',
    why: 'numbers are written as JSON.stringify writes them',
  },
  { value: 'a"\n\u2028', json: JSON.stringify('a"\n\u2028'), why: 'strings are written as JSON.stringify writes them' },
  { value: '\ud800', json: String.raw`"\ud800"`, why: 'a lone surrogate is escaped, so that UTF-8 preserves it' },
  { value: parseJson('{"__proto__":1}'), json: '{"__proto__":1}', why: '__proto__ is a key like any other' },
];

/** The definition of canonical JSON, as it was implemented when the first hashes were stored. */
function definition(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => definition(item)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value)
    .toSorted()
    .filter((key) => value[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${definition(value[key])}`);
  return `{${fields.join(',')}}`;
}

describe('canonical JSON', () => {
  for (const { value, json, why } of cases) {
    it(`is ${json}: ${why}`, () => assert.equal(canonicalJson(value), json));
  }

  it('is JSON of the same value', () => {
    fc.assert(fc.property(anyJson, (value) => assert.deepEqual(parseJson(canonicalJson(value)), value)));
  });

  it('is what the definition says, so that stored hashes stay valid', () => {
    fc.assert(fc.property(anyJson, (value) => assert.equal(canonicalJson(value), definition(value))));
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(canonicalJson(value), definition(value))));
  });

  it('sorts objects with many keys like those with few', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `k${(index * 7919) % 1000}`);
    const large = Object.fromEntries(names.map((name) => [name, null]));
    assert.equal(canonicalJson(large), definition(large));
  });

  it('has the hash that it always had', () => {
    const value = {
      spec: { version: '1.3.6', list: [{ b: 1.5, a: null }], ü: 'ü' },
      metadata: { labels: { tier: 'gold' } },
    };
    assert.equal(sha256(canonicalJson(value)), '138284e0496314c58f6f6aeb0480aeff34061917448590bce86cb579adbae9fc');
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(anyJsonObject, (object) => {
        const reversed = Object.fromEntries(Object.entries(object).toReversed());
        assert.equal(canonicalJson(reversed), canonicalJson(object));
        assert.ok(sameJson(reversed, object));
      }),
    );
  });

  it('differs for different values', () => {
    const pairs: [unknown, unknown][] = [
      [{ a: 1 }, { a: '1' }],
      [{ a: null }, {}],
      [
        [1, 2],
        [2, 1],
      ],
      [[], {}],
      ['', null],
      [parseJson('{"__proto__":{}}'), {}],
    ];
    for (const [left, right] of pairs) assert.equal(sameJson(left, right), false, canonicalJson([left, right]));
  });

  it('says that two values are equal exactly if their texts are', () => {
    const scalars = fc.constantFrom<unknown>(undefined, null, NaN, Infinity, 0, -0, 1, 1n, 2n ** 60n, '', '1', true);
    const values = fc.oneof(
      anyJson,
      scalars,
      fc.array(scalars),
      fc.dictionary(fc.constantFrom('a', '__proto__'), scalars),
    );
    fc.assert(
      fc.property(values, values, (left, right) => {
        const pairs = [
          [left, right],
          [left, structuredClone(left)],
          [
            { ...Object(left), a: right },
            { a: left, ...Object(left) },
          ],
        ];
        for (const [one, other] of pairs) {
          assert.equal(sameJson(one, other), canonicalJson(one) === canonicalJson(other));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses a cyclic value', () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    assert.throws(() => canonicalJson(cyclic), TypeError);
  });
});
