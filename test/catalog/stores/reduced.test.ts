import assert from 'node:assert/strict';
import { reduced } from '../../../src/catalog/stores/reduced.ts';

describe('an object in a cache', () => {
  it('does not contain the copy that kubectl adds, and is otherwise the same', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', other: 'kept' };
    const object = { metadata: { name: 'web', annotations }, spec: { list: Array.from({ length: 1000 }, () => ({})) } };
    const { spec } = structuredClone(object);
    assert.deepEqual(reduced(object), { metadata: { name: 'web', annotations: { other: 'kept' } }, spec });
    assert.equal(Object.getOwnPropertyDescriptor(object, 'spec')?.value, undefined, 'the spec is kept as text');
  });

  it('may have no annotations', () => {
    assert.deepEqual(reduced({ metadata: { name: 'web' } }), { metadata: { name: 'web' } });
  });
});
