import assert from 'node:assert/strict';
import { child, topologyOf } from '../../../src/domain/json/fields.ts';

const cases: { value: unknown; is: object; why: string }[] = [
  { value: { spec: { a: 1 } }, is: { a: 1 }, why: 'the field is an object' },
  { value: {}, is: {}, why: 'the field is absent' },
  { value: { spec: null }, is: {}, why: 'null is not an object' },
  { value: { spec: [{ a: 1 }] }, is: {}, why: 'a list is not an object' },
  { value: { spec: 'a' }, is: {}, why: 'a string is not an object' },
  { value: undefined, is: {}, why: 'the value itself is absent' },
  { value: [1], is: {}, why: 'the value itself is a list' },
  { value: Object.create({ spec: { a: 1 } }), is: {}, why: 'an inherited property is not a field' },
];

describe('a field of an unchecked value', () => {
  for (const { value, is, why } of cases) {
    it(`is ${Object.keys(is).length === 0 ? 'an empty object' : 'read'} where ${why}`, () => {
      assert.deepEqual(child(value, 'spec'), is);
    });
  }

  it('is read only if it is an own property, even if its name is that of an inherited one', () => {
    assert.deepEqual(child({}, '__proto__'), {});
    assert.deepEqual(child(JSON.parse('{"__proto__": {"a": 1}}'), '__proto__'), { a: 1 });
  });
});

describe('the topology of an Environment', () => {
  const metadata = { name: 'primary' };
  const apiVersion = 'spectrocloud.com/v1beta1';
  const kind = 'Environment';

  it('is spec.topology', () => {
    const object = { apiVersion, kind, metadata, spec: { topology: { type: 'topology-ocm' } } };
    assert.deepEqual(topologyOf(object), { type: 'topology-ocm' });
  });

  it('is empty without an object, a spec or a topology', () => {
    assert.deepEqual(topologyOf(undefined), {});
    assert.deepEqual(topologyOf({}), {});
    assert.deepEqual(topologyOf({ spec: { topology: 'topology-ocm' } }), {});
  });
});
