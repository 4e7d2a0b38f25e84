import assert from 'node:assert/strict';
import type { JsonObject } from '../../src/api/object.ts';
import { deploymentReference, topologyReference } from '../../src/cli/reference.ts';
import { workloadProfileRevisionAnnotation } from '../../src/domain/annotations.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';

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
    assert.deepEqual(deploymentReference('Environment', own, 'system'), {
      text: 'primary@v2',
      ref: { name: 'primary', selector: { kind: 'number', number: 2 } },
      namespaces: ['team'],
    });
    const named = deployment({ environmentRef: { name: 'primary', namespace: 'other' } });
    assert.deepEqual(deploymentReference('Environment', named, 'system')?.namespaces, ['other']);
  });

  it('to a profile falls back to the system namespace, until its stamp says where it was found', () => {
    const spec = { workloadProfileRef: { name: 'web' } };
    assert.deepEqual(deploymentReference('WorkloadProfile', deployment(spec), 'system')?.namespaces, [
      'team',
      'system',
    ]);
    const stamped = deployment(spec, { [workloadProfileRevisionAnnotation]: 'system/web@v1' });
    assert.deepEqual(deploymentReference('WorkloadProfile', stamped, 'system')?.namespaces, ['system']);
  });

  const unreadable: JsonObject[] = [{}, { environmentRef: 'primary' }, { environmentRef: { name: 'a@b' } }];
  for (const spec of unreadable) {
    it(`is none where it cannot be read: ${JSON.stringify(spec)}`, () => {
      assert.equal(deploymentReference('Environment', deployment(spec), 'system'), undefined);
    });
  }
});

describe('the ref of an Environment', () => {
  it('to a topology of your own is looked up in the system namespace', () => {
    assert.deepEqual(topologyReference({ topology: { type: 'mine@v1.2' } }, 'system'), {
      text: 'mine@v1.2',
      ref: { name: 'mine', selector: { kind: 'line', major: 1, minor: 2 } },
      namespaces: ['system'],
    });
  });

  it('is none to a built-in', () => {
    assert.equal(topologyReference({ topology: { type: 'topology-ocm' } }, 'system'), undefined);
    assert.equal(topologyReference(undefined, 'system'), undefined);
  });
});
