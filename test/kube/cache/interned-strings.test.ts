import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InternedStrings } from '../../../src/kube/cache/interned-strings.ts';
import { anyJsonObject } from '../../support/any-json.ts';

describe('the strings of cached objects', () => {
  it('stay equal, for any status and labels', () => {
    fc.assert(
      fc.property(anyJsonObject, fc.dictionary(fc.string(), fc.string()), (status, labels) => {
        const object = { metadata: { name: 'a', labels }, status };
        const before = JSON.stringify(object);
        new InternedStrings().intern(object);
        assert.equal(JSON.stringify(object), before);
      }),
    );
  });

  it('are not replaced in an object without labels and status', () => {
    const object = { metadata: { name: 'a' } };
    new InternedStrings().intern(object);
    assert.deepEqual(object, { metadata: { name: 'a' } });
  });

  it('are forgotten when there are too many, and still equal', () => {
    const strings = new InternedStrings();
    for (let index = 0; index < 25_000; index += 1) {
      const object = { metadata: { name: 'a' }, status: { conditions: [{ message: `message ${index}` }] } };
      strings.intern(object);
      assert.equal(object.status.conditions[0]?.message, `message ${index}`);
    }
  });
});
