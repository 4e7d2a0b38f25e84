import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/api/object.ts';
import { hubNamespaceMisspelt } from '../../../../src/domain/admission/rules/hub-namespace-misspelt.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const named = (properties: JsonObject, type = 'topology-ocm') =>
  environment('team', { topology: { type, properties } });

const cases: { properties: JsonObject; path?: string; why: string }[] = [
  { properties: { hubNamespace: 'manged-cluster-set-global' }, path: 'hubNamespace', why: 'a letter is missing' },
  {
    properties: { placementNamespace: 'managed-cluster-set-glboal' },
    path: 'placementNamespace',
    why: 'swapped letters',
  },
  { properties: { hubNamespace: 'managed-cluster-set-global' }, why: 'it is the shared one' },
  { properties: { hubNamespace: 'managed-cluster-set-gpu' }, why: 'it is the namespace of another cluster set' },
  { properties: {}, why: 'the shared one is the default' },
];

describe('HubNamespaceMisspelt', () => {
  for (const { properties, path, why } of cases) {
    it(`${path === undefined ? 'allows' : 'warns about'} ${JSON.stringify(properties)}: ${why}`, () => {
      const expected = path === undefined ? [] : [{ path: `spec.topology.properties.${path}` }];
      assert.deepEqual(findingsOf(hubNamespaceMisspelt, factsOf({ object: named(properties) })), expected);
    });
  }

  it('names the namespace that was probably meant', () => {
    const [finding] = hubNamespaceMisspelt.find(
      factsOf({ object: named({ hubNamespace: 'manged-cluster-set-global' }) }),
    );
    assert.equal(
      finding?.message,
      '"manged-cluster-set-global" is not a shared hub namespace; did you mean "managed-cluster-set-global"?',
    );
  });

  it('compares with the shared namespaces that are configured', () => {
    const object = named({ hubNamespace: 'team-hob' }, 'mine');
    assert.equal(hubNamespaceMisspelt.find(factsOf({ object }, { sharedHubNamespaces: ['team-hub'] })).length, 1);
  });
});
