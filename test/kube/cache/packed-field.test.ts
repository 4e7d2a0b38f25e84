import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { sha256 } from '../../../src/cli/sha256.ts';
import {
  PackedJson,
  withPackedContent,
  withPackedField,
  withPackedText,
} from '../../../src/kube/cache/packed-field.ts';
import { anyJsonObject } from '../../support/any-json.ts';

const long = { text: 'a value that is repeated '.repeat(400) };

function packedJson(value: unknown): PackedJson {
  const text = JSON.stringify(value);
  return new PackedJson(text, sha256(text));
}

function packed<T extends { spec: { inner: unknown } }>(object: T): T {
  return withPackedField(object, ['spec', 'inner'], packedJson(object.spec.inner));
}

describe('a packed field', () => {
  it('looks the same as before, for any value', () => {
    fc.assert(
      fc.property(anyJsonObject, (value) => {
        const spec = { a: 1, inner: { ...long, value } };
        const object = packed({ kind: 'A', spec: structuredClone(spec) });
        assert.deepEqual(object, { kind: 'A', spec });
        assert.deepEqual({ ...object.spec }, spec);
        assert.equal(JSON.stringify(object), JSON.stringify({ kind: 'A', spec }));
      }),
    );
  });

  it('is compared by its hash, and is not parsed for that', () => {
    const pack = (name: string, kind = 'A') => {
      const object = packed({ kind, spec: { a: 1, inner: { ...long, name } } });
      Object.defineProperty(object.spec, 'inner', { get: () => assert.fail('was parsed'), enumerable: true });
      return withPackedText(object);
    };
    assert.ok(isDeepStrictEqual(pack('one'), pack('one')));
    assert.ok(!isDeepStrictEqual(pack('one'), pack('other')));
    assert.ok(!isDeepStrictEqual(pack('one'), pack('one', 'B')));
    const object = { kind: 'A' };
    assert.equal(withPackedText(object), object);
  });
});

describe('packed content', () => {
  const pack = (object: object) => withPackedContent(object, ['kind', 'metadata'], sha256);

  it('looks the same as before, for any value', () => {
    fc.assert(
      fc.property(anyJsonObject, (value) => {
        const object = { kind: 'A', metadata: { name: 'a' }, data: { ...long, value }, immutable: true };
        assert.deepEqual({ ...pack(structuredClone(object)) }, object);
        assert.equal(JSON.stringify(pack(object)), JSON.stringify(object));
      }),
    );
  });

  it('is compared by its hash with the plain fields, and is not parsed for that', () => {
    const compared = (object: object) => withPackedText(pack({ kind: 'A', ...object }));
    const object = { data: { ...long }, spec: { a: 1 } };
    assert.deepEqual(Object.keys(compared(object)), ['kind', 'packed']);
    assert.ok(isDeepStrictEqual(compared(object), compared(structuredClone(object))));
    for (const other of [{ ...object, spec: { a: 2 } }, { ...object, kind: 'B' }, { ...object, more: 1 }, {}])
      assert.ok(!isDeepStrictEqual(compared(object), compared(other)));
  });
});

describe('packed JSON', () => {
  it('needs a fraction of its text if that is long', () => {
    assert.ok(packedJson(long).packedBytes < JSON.stringify(long).length / 10);
    assert.deepEqual(packedJson(long).value, long);
    assert.equal(packedJson({ a: 1 }).packedBytes, 0);
    assert.deepEqual(packedJson({ a: 1 }).value, { a: 1 });
  });

  it('is parsed once for reads that follow each other, of a few values', () => {
    const values = Array.from({ length: 4 }, (_, index) => packedJson({ ...long, index }));
    const first = values.map(({ value }) => value);
    assert.ok(values.every(({ value }, index) => value === first[index]));
    assert.deepEqual(first[3], { ...long, index: 3 });
  });

  it('keeps few parsed values, also if they are long', () => {
    const [one, other] = ['one', 'other'].map((name) => packedJson({ name, text: 'a b c '.repeat(100_000) }));
    assert.ok(one !== undefined && other !== undefined);
    const first = one.value;
    assert.equal(one.value, first);
    assert.notEqual(other.value, undefined);
    assert.notEqual(one.value, first);
  });
});
