import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { neededRights, restoreRight } from '../../../src/domain/admission/needed-rights.ts';
import { factsOf } from '../../support/facts.ts';
import { byop, deployment, environment, profile } from '../../support/manifests.ts';

const shared = { system: 'mural-system', hub: ['managed-cluster-set-global'] };

function rightsFor(object: KubeObject, oldObject?: KubeObject): string[] {
  const { request } = factsOf(oldObject === undefined ? { object } : { object, oldObject });
  return neededRights(request, shared).map(({ path, verb, resource, namespace = '', name = '*' }) =>
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
  { namespace: 'mural-system', needs: [], why: 'the system namespace is shared' },
  {
    namespace: 'other',
    needs: ['spec.environmentRef.name use environments other/primary'],
    why: 'it belongs to another tenant',
  },
];

describe('the rights that a deployment needs', () => {
  for (const { namespace, needs, why } of refs) {
    it(`are ${needs.length} for a ref into namespace ${namespace ?? 'none'}: ${why}`, () => {
      assert.deepEqual(rightsFor(referring(namespace)), needs);
    });
  }

  it('are none for an unchanged ref, and one for a changed text', () => {
    assert.deepEqual(rightsFor(referring('other'), referring('other')), []);
    assert.equal(rightsFor(referring('other', 'primary@v2'), referring('other')).length, 1);
  });

  it('are none for a ref without a name, or with a malformed namespace', () => {
    const { spec, ...rest } = deployment('team');
    for (const environmentRef of ['x', {}, { name: 7, namespace: 'other' }, { name: 'primary', namespace: '' }]) {
      assert.deepEqual(rightsFor({ ...rest, spec: { ...spec, environmentRef } } as KubeObject), []);
    }
  });

  it('are none for a ref that cannot be parsed', () => assert.deepEqual(rightsFor(referring('other', 'primary@')), []));
});

describe('the rights that an Environment needs', () => {
  const inHub = (namespace: string) => environment('team', { topology: byop(namespace, 'gpu') });

  it('are none for a shared hub namespace', () => {
    assert.deepEqual(rightsFor(inHub('managed-cluster-set-global')), []);
    assert.deepEqual(rightsFor(environment('team')), []);
  });

  it('are those to use another hub namespace, at cluster scope', () => {
    assert.deepEqual(rightsFor(inHub('prod')), ['spec.topology.properties.placementNamespace use hubnamespaces /prod']);
  });

  it('name a shared hub namespace with a similar name', () => {
    const similarTo = (namespace: string) =>
      neededRights(factsOf({ object: inHub(namespace) }).request, shared).map(({ similar }) => similar);
    assert.deepEqual(similarTo('manged-cluster-set-global'), ['managed-cluster-set-global']);
    assert.deepEqual(similarTo('managed-cluster-set-gpu'), [undefined]);
  });

  const stamped = (object: KubeObject, namespaces: string): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, annotations: { 'spectrocloud.com/allowed-hub-namespaces': namespaces } },
  });

  it('are none for an unchanged namespace that is stamped', () => {
    assert.deepEqual(rightsFor(inHub('prod'), stamped(inHub('prod'), 'dev,prod')), []);
  });

  it('are one for a changed namespace, whatever the request claims to be stamped', () => {
    const changed = stamped(inHub('prod'), 'prod');
    assert.equal(rightsFor(changed, stamped(inHub('dev'), 'dev')).length, 1);
    assert.equal(rightsFor(changed).length, 1);
  });

  it('are optional for an unchanged namespace without a stamp, which was written while the webhook was not installed', () => {
    const needed = (object: KubeObject, oldObject: KubeObject) =>
      neededRights(factsOf({ object, oldObject }).request, shared).map(({ name, optional }) => [name, optional]);
    assert.deepEqual(needed(inHub('prod'), inHub('prod')), [['prod', true]]);
    assert.deepEqual(needed(inHub('prod'), inHub('dev')), [['prod', undefined]]);
  });

  it('are one for a namespace that two fields name, and none for what cannot be a namespace', () => {
    const naming = (hubNamespace: unknown, placementNamespace: unknown) =>
      rightsFor(
        environment('team', { topology: { type: 'x', properties: { hubNamespace, placementNamespace } } } as never),
      );
    assert.deepEqual(naming('prod', 'prod'), ['spec.topology.properties.hubNamespace use hubnamespaces /prod']);
    assert.equal(naming('prod', 'dev').length, 2);
    for (const other of ['', 'a,b', 'Prod', 7, null, 'x'.repeat(64)]) assert.deepEqual(naming(other, other), []);
  });
});

describe('the right to acknowledge', () => {
  const path = 'metadata.annotations[spectrocloud.com/acknowledge]';
  const saying = (object: KubeObject, text?: string): KubeObject => {
    const annotations = text === undefined ? {} : { annotations: { 'spectrocloud.com/acknowledge': text } };
    return { ...object, metadata: { ...object.metadata, ...annotations } };
  };
  const kinds: { object: KubeObject; needs: string; why: string }[] = [
    {
      object: environment('team'),
      needs: `${path} override environments team/primary`,
      why: 'its edits affect all deployments that use it',
    },
    {
      object: deployment('team'),
      needs: `${path} override workloaddeployments team/web`,
      why: 'its ManifestWorks are deleted',
    },
    {
      object: profile('team'),
      needs: `${path} override workloadprofiles team/web`,
      why: 'it may be deleted while it is used',
    },
    {
      object: { ...environment('mural-system', { name: 'edge' }), kind: 'PolicyDefinition' },
      needs: `${path} override policydefinitions mural-system/edge`,
      why: 'it may be deleted while it is used',
    },
  ];
  for (const { object, needs, why } of kinds) {
    it(`is \`override\` on the ${object.kind} itself: ${why}`, () => {
      assert.deepEqual(rightsFor(saying(object, 'InUse')), [needs]);
    });
  }

  const changes: { from?: string; to?: string; needed: boolean; why: string }[] = [
    { to: 'InUse', needed: true, why: 'it is added' },
    { from: 'InUse', to: 'InUse,WorkloadConflict', needed: true, why: 'it is changed' },
    { from: 'InUse', to: 'InUse', needed: false, why: 'it is unchanged' },
    { from: 'InUse', needed: false, why: 'it is removed' },
    { to: ' ,', needed: false, why: 'it contains no code' },
    { needed: false, why: 'there is no acknowledgement' },
  ];
  for (const { from, to, needed, why } of changes) {
    it(`is ${needed ? '' : 'not '}needed for ${to ?? 'none'} after ${from ?? 'none'}: ${why}`, () => {
      const rights = rightsFor(saying(deployment('team'), to), saying(deployment('team'), from));
      assert.equal(rights.length, needed ? 1 : 0);
    });
  }

  it('is needed in addition to other rights', () => {
    assert.equal(rightsFor(saying(referring('other'), 'UnpinnedRef')).length, 2);
    assert.equal(rightsFor(saying(environment('team', { topology: byop('prod', 'gpu') }), 'InUse')).length, 2);
  });

  it('is checked for the namespace if the name is not generated yet', () => {
    const { name: _, ...metadata } = saying(deployment('team'), 'InUse').metadata;
    const object = { ...deployment('team'), metadata: { ...metadata, generateName: 'web-' } } as unknown as KubeObject;
    assert.deepEqual(rightsFor(object), [`${path} override workloaddeployments team/*`]);
  });

  it('is not needed for a deletion, nor for unknown kinds', () => {
    assert.deepEqual(neededRights(factsOf({ oldObject: saying(deployment('team'), 'InUse') }).request, shared), []);
    assert.deepEqual(rightsFor(saying({ ...deployment('team'), kind: 'ConfigMap' }, 'InUse')), []);
  });
});

describe('the right to set reserved labels and annotations for the spokes', () => {
  const made = (labels: Record<string, string>) => {
    const { spec, ...rest } = deployment('team');
    return { ...rest, spec: { ...spec, workload: { ...spec.workload, namespaceMetadata: { labels } } } } as KubeObject;
  };
  const enforce = 'pod-security.kubernetes.io/enforce';

  it('is override on the deployment, once for all of them', () => {
    const path = `spec.workload.namespaceMetadata.labels[${enforce}]`;
    const both = made({ [enforce]: 'privileged', 'x.k8s.io/a': 'b', team: 'a' });
    assert.deepEqual(rightsFor(both), [`${path} override workloaddeployments team/web`]);
    const [right] = neededRights(factsOf({ object: both }).request, shared);
    assert.equal(right?.reason, `the prefix of ${enforce}, x.k8s.io/a is reserved`);
    const [unnamed] = neededRights(factsOf({ object: both, name: '' }).request, shared);
    assert.equal(unnamed?.name, undefined, 'with generateName the object has no name yet');
  });

  it('is not needed for other keys, nor for an unrelated edit', () => {
    assert.deepEqual(rightsFor(made({ team: 'a' })), []);
    assert.deepEqual(rightsFor(made({ [enforce]: 'privileged' }), made({ [enforce]: 'privileged' })), []);
  });
});

describe('the right to restore a revision', () => {
  it('is one for the namespace', () => {
    assert.deepEqual(restoreRight({ namespace: 'team' }), {
      path: '',
      verb: 'restore',
      group: 'spectrocloud.com',
      resource: 'definitionrevisions',
      namespace: 'team',
    });
  });
});
