import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { packField, packText, unpackJson, withPackedText } from '../../../src/kube/cache/packed-field.ts';
import { anyJsonObject } from '../../support/any-json.ts';

const long = { text: 'a value that is repeated '.repeat(400) };
const isPacked = (object: object) => Object.getOwnPropertyDescriptor(object, 'spec')?.get !== undefined;

describe('a packed field', () => {
  it('looks the same as before, for any value', () => {
    fc.assert(
      fc.property(anyJsonObject, (value) => {
        const spec = { ...long, value };
        const packed = packField({ kind: 'A', spec: structuredClone(spec) }, 'spec');
        assert.ok(isPacked(packed));
        assert.deepEqual(packed, { kind: 'A', spec });
        assert.deepEqual({ ...packed }.spec, spec);
        assert.equal(JSON.stringify(packed), JSON.stringify({ kind: 'A', spec }));
      }),
    );
  });

  it('stays as it is if it is short or missing', () => {
    for (const object of [{ spec: { a: 1 } }, { spec: undefined }]) {
      assert.ok(!isPacked(packField(object, 'spec')));
    }
  });

  it('needs a fraction of its text', () => {
    const text = JSON.stringify(long);
    const packed = packText(text);
    assert.ok(packed.length < text.length / 10);
    assert.equal(packed.buffer.byteLength, packed.length, 'no larger buffer is held');
    assert.deepEqual(unpackJson(packed), long);
  });

  it('is parsed once for reads that follow each other', () => {
    const one = packField({ spec: { ...long, name: 'one' } }, 'spec');
    const other = packField({ spec: { ...long, name: 'other' } }, 'spec');
    assert.equal(one.spec, one.spec);
    assert.deepEqual([one.spec.name, other.spec.name, one.spec.name], ['one', 'other', 'one']);
  });

  it('is compared as text', () => {
    const pack = (name: string) => withPackedText(packField({ kind: 'A', spec: { ...long, name } }, 'spec'));
    assert.ok(isDeepStrictEqual(pack('one'), pack('one')));
    assert.ok(!isDeepStrictEqual(pack('one'), pack('other')));
    assert.ok(Object.values(pack('one')).some((value) => value instanceof Uint8Array));
  });
});
