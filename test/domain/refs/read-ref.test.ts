import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { profileNamespaces, readRef, readTopologyRef, writtenRef } from '../../../src/domain/refs/read-ref.ts';
import { workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

function deployment(spec: JsonObject, annotations: Record<string, string> = {}): Definition {
  return {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'WorkloadDeployment',
    metadata: { namespace: 'team', name: 'web', annotations },
    spec,
  };
}

describe('the ref of a deployment', () => {
  it('to an Environment is looked up in one namespace', () => {
    const own = deployment({ environmentRef: { name: 'primary@v2' } });
    assert.deepEqual(readRef(own, 'environmentRef', 'system'), {
      text: 'primary@v2',
      ref: { name: 'primary', selector: { kind: 'number', number: 2 } },
      namespaces: ['team'],
    });
    const named = deployment({ environmentRef: { name: 'primary', namespace: 'other' } });
    assert.deepEqual(readRef(named, 'environmentRef', 'system')?.namespaces, ['other']);
  });

  it('to a profile falls back to the system namespace, unless a stamp says where it was found', () => {
    const spec = { workloadProfileRef: { name: 'web' } };
    assert.deepEqual(readRef(deployment(spec), 'workloadProfileRef', 'system')?.namespaces, ['team', 'system']);
    const stamped = deployment(spec, { [workloadProfileRevisionAnnotation]: 'system/web@v1' });
    assert.deepEqual(readRef(stamped, 'workloadProfileRef', 'system')?.namespaces, ['system']);
  });

  it('with an empty namespace means the namespace of the deployment', () => {
    const empty = { environmentRef: { name: 'primary', namespace: '' } };
    assert.deepEqual(readRef(deployment(empty), 'environmentRef', 'system')?.namespaces, ['team']);
    assert.deepEqual(writtenRef(empty, 'environmentRef'), { text: 'primary' });
  });

  const unreadable: JsonObject[] = [{}, { environmentRef: 'primary' }, { environmentRef: { name: 'a@b' } }];
  for (const spec of unreadable) {
    it(`is undefined if it cannot be parsed: ${JSON.stringify(spec)}`, () => {
      assert.equal(readRef(deployment(spec), 'environmentRef', 'system'), undefined);
    });
  }
});

describe('the ref of an Environment', () => {
  it('to a custom topology is looked up in the system namespace', () => {
    assert.deepEqual(readTopologyRef({ topology: { type: 'mine@v1.2' } }, 'system'), {
      text: 'mine@v1.2',
      ref: { name: 'mine', selector: { kind: 'line', major: 1, minor: 2 } },
      namespaces: ['system'],
    });
  });

  it('to a built-in is undefined', () => {
    assert.equal(readTopologyRef({ topology: { type: 'topology-ocm' } }, 'system'), undefined);
    assert.equal(readTopologyRef(undefined, 'system'), undefined);
  });
});

describe('the namespaces in which a profile is looked up', () => {
  it('are its own, then the system namespace', () => {
    assert.deepEqual(profileNamespaces('team', 'mural-system', undefined), ['team', 'mural-system']);
    assert.deepEqual(profileNamespaces('mural-system', 'mural-system', undefined), ['mural-system']);
  });

  it('are only the one in the stamp, so that a new local profile moves no deployment', () => {
    assert.deepEqual(profileNamespaces('team', 'mural-system', 'mural-system'), ['mural-system']);
  });
});
