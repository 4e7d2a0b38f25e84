import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { neededRights } from '../../src/domain/needed-rights.ts';
import { factsOf } from '../support/facts.ts';
import { byop, deployment, environment } from '../support/manifests.ts';

const shared = { system: 'mural-system', hub: ['managed-cluster-set-global'] };

function rightsFor(object: KubeObject, oldObject?: KubeObject): string[] {
  const { request } = factsOf(oldObject === undefined ? { object } : { object, oldObject });
  return neededRights(request, shared).map(({ path, verb, resource, namespace, name = '*' }) =>
    [path, verb, resource, `${namespace}/${name}`].join(' '),
  );
}

function referring(namespace: string | undefined, name = 'primary@v1'): KubeObject {
  const { spec, ...rest } = deployment('team');
  const environmentRef = { name, ...(namespace === undefined ? {} : { namespace }) };
  return { ...rest, spec: { ...spec, environmentRef } } as KubeObject;
}

const refs = [
  { namespace: undefined, needs: [], why: 'its own namespace' },
  { namespace: 'team', needs: [], why: 'its own namespace by name' },
  { namespace: 'mural-system', needs: [], why: 'the system namespace is for all' },
  {
    namespace: 'other',
    needs: ['spec.environmentRef.name use environments other/primary'],
    why: 'what is there is not theirs',
  },
];

describe('the rights that a deployment needs', () => {
  for (const { namespace, needs, why } of refs) {
    it(`are ${needs.length} for a ref into ${namespace ?? 'no namespace'}: ${why}`, () => {
      assert.deepEqual(rightsFor(referring(namespace)), needs);
    });
  }

  it('are none for a ref that was there before, and one for a changed text', () => {
    assert.deepEqual(rightsFor(referring('other'), referring('other')), []);
    assert.equal(rightsFor(referring('other', 'primary@v2'), referring('other')).length, 1);
  });

  it('are none for a ref that nobody can read', () => assert.deepEqual(rightsFor(referring('other', 'primary@')), []));
});

describe('the rights that an Environment needs', () => {
  const inHub = (namespace: string) => environment('team', { topology: byop(namespace, 'gpu') });

  it('are none for a shared namespace of the hub', () => {
    assert.deepEqual(rightsFor(inHub('managed-cluster-set-global')), []);
    assert.deepEqual(rightsFor(environment('team')), []);
  });

  it('are those to make there by hand what mooring is to make', () => {
    assert.deepEqual(rightsFor(inHub('prod')), [
      'spec.topology.properties.placementNamespace create manifestworkreplicasets prod/*',
    ]);
  });

  it('are none where the namespace was there before', () =>
    assert.deepEqual(rightsFor(inHub('prod'), inHub('prod')), []));
});
