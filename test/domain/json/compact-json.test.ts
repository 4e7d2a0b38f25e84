import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../../src/api/object.ts';
import { compactJson, withCompactSpec } from '../../../src/domain/json/compact-json.ts';
import { isDeeperThan } from '../../../src/domain/json/nesting.ts';

const empty = (count: number): JsonValue[] => Array.from({ length: count }, () => ({}));
/** Fields with names and values of a usual length. */
const usual = (count: number): JsonObject =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`some-field-${index}`, `the value of field ${index}`]),
  );

describe('a value that is kept in a cache', () => {
  const cases: { value: JsonValue; isText: boolean; why: string }[] = [
    { value: empty(100), isText: false, why: 'it is small' },
    { value: usual(4000), isText: false, why: 'its text is longer than its memory' },
    { value: usual(6000), isText: true, why: 'it has very many values' },
    { value: empty(1000), isText: true, why: 'it has many values in a short text' },
    { value: 'x'.repeat(1_000_000), isText: false, why: 'a string needs the memory of its text' },
    { value: null, isText: false, why: 'it has no nested values' },
  ];
  for (const { value, isText, why } of cases) {
    it(`is kept ${isText ? 'as text' : 'as it is'}: ${why}`, () => {
      const read = compactJson(value);
      assert.deepEqual(read(), value);
      assert.equal(read() !== value, isText);
      assert.equal(read(), read(), 'it is not parsed again at once');
    });
  }

  it('keeps every character', () => {
    const value = [...empty(1000), 'ä €\u{1F600}\u0000'];
    assert.deepEqual(compactJson(value)(), value);
  });

  it('may be nested deeply', () => {
    let value: JsonValue = empty(300);
    for (let depth = 0; depth < 990; depth += 1) value = [value];
    assert.deepEqual(compactJson(value)(), value);
  });

  for (const [what, open, close] of [
    ['lists', '[', ']'],
    ['objects with short keys', '{"a":', '}'],
    ['objects with long keys', `{"${'a'.repeat(60)}":`, '}'],
  ] as const) {
    it(`loses levels that JSON.stringify cannot print, of ${what}, so that the rest can be kept as text`, () => {
      const deep: JsonValue = JSON.parse(`${open.repeat(9990)}1${close.repeat(9990)}`);
      const read = compactJson([deep, ...empty(10_000)]);
      const kept = read();
      assert.equal(isDeeperThan(kept, 999), true);
      assert.equal(isDeeperThan(kept, 1000), false);
      assert.equal(kept.length, 10_001);
      assert.equal(isDeeperThan(compactJson(deep)(), 1000), false, 'also without many other values');
    });
  }
});

describe('an object with a compact spec', () => {
  it('looks the same', () => {
    const original = { kind: 'WorkloadProfile', spec: { list: empty(1000) }, status: {} };
    const compact = withCompactSpec(structuredClone(original));
    assert.deepEqual(compact, original);
    assert.deepEqual({ ...compact }, original);
    assert.equal(JSON.stringify(compact), JSON.stringify(original));
    assert.equal(Object.getOwnPropertyDescriptor(compact, 'spec')?.value, undefined, 'it is parsed when it is read');
  });

  it('is the same object if its spec is small or absent', () => {
    const small: { spec?: JsonObject } = { spec: { a: 1 } };
    assert.equal(withCompactSpec(small), small);
    assert.deepEqual(Object.getOwnPropertyDescriptor(small, 'spec')?.value, { a: 1 });
    const none: { spec?: JsonObject } = {};
    assert.equal(withCompactSpec(none), none);
  });
});

describe('many values that are read in one job', () => {
  it('are not all kept', () => {
    const reads = Array.from({ length: 3 }, () => compactJson(empty(1000)));
    const [first = assert.fail()] = reads;
    const before = first();
    for (const read of reads) read();
    assert.notEqual(first(), before, 'another value was parsed since then');
  });
});
