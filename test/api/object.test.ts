import assert from 'node:assert/strict';
import { apiVersionOf, isJsonObject, keyOf } from '../../src/api/object.ts';
import { environments } from '../../src/api/kinds.ts';

describe('objects of Kubernetes', () => {
  it('have a key of namespace and name', () => {
    assert.equal(keyOf({ metadata: { namespace: 'team', name: 'primary' } }), 'team/primary');
    assert.equal(keyOf({ metadata: { name: 'spoke1' } }), 'spoke1');
  });

  it('have an apiVersion of group and version, and of the version alone in the core group', () => {
    assert.equal(apiVersionOf(environments), 'spectrocloud.com/v1beta1');
    assert.equal(
      apiVersionOf({ group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false }),
      'v1',
    );
  });

  it('are JSON objects, but lists and null are not', () => {
    assert.equal(isJsonObject({}), true);
    for (const other of [[], null, undefined, 'x', 1, true]) assert.equal(isJsonObject(other), false);
  });
});
