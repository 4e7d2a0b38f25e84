import assert from 'node:assert/strict';
import type { Resource } from '../../../src/api/object.ts';
import { collectionPath, nameIn, objectPath } from '../../../src/kube/client/resource-path.ts';
import { configMaps } from '../../support/config-maps.ts';

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const WIDGETS: Resource = { group: 'x.io', version: 'v2', kind: 'Widget', plural: 'widgets', namespaced: true };

describe('objectPath', () => {
  const key = { namespace: 'ns', name: 'a' };
  const rows: [why: string, path: string, expected: string][] = [
    ['the core group has another root', objectPath(configMaps, key), '/api/v1/namespaces/ns/configmaps/a'],
    ['the paths of other groups contain their name', objectPath(WIDGETS, key), '/apis/x.io/v2/namespaces/ns/widgets/a'],
    ['a subresource comes last', objectPath(WIDGETS, key, 'status'), '/apis/x.io/v2/namespaces/ns/widgets/a/status'],
    [
      'an empty name gives the path of the collection',
      objectPath(WIDGETS, { ...key, name: '' }),
      '/apis/x.io/v2/namespaces/ns/widgets',
    ],
    ['a cluster-scoped kind ignores the namespace', objectPath(NAMESPACES, key), '/api/v1/namespaces/a'],
    ['names are escaped', objectPath(NAMESPACES, { name: '../a?b' }), '/api/v1/namespaces/..%2Fa%3Fb'],
  ];
  for (const [why, path, expected] of rows) it(why, () => assert.equal(path, expected));

  it('requires the namespace of a namespaced kind', () => {
    assert.throws(() => objectPath(WIDGETS, { name: 'a' }), /^Error: widgets\.x\.io a: Widget is namespaced/);
  });
});

describe('collectionPath', () => {
  it('is for all namespaces if none is given', () => {
    assert.equal(collectionPath(WIDGETS), '/apis/x.io/v2/widgets');
    assert.equal(collectionPath(WIDGETS, 'ns'), '/apis/x.io/v2/namespaces/ns/widgets');
  });
});

describe('nameIn', () => {
  it('contains the resource with its group, the namespace and the name', () => {
    assert.equal(nameIn(WIDGETS, { namespace: 'ns', name: 'a' }), 'widgets.x.io ns/a');
    assert.equal(nameIn(NAMESPACES, { name: 'a' }), 'namespaces a');
    assert.equal(nameIn(configMaps, {}), 'configmaps');
  });
});
