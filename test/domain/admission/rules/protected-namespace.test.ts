import assert from 'node:assert/strict';
import type { JsonValue, KubeObject } from '../../../../src/api/object.ts';
import { protectedNamespace } from '../../../../src/domain/admission/rules/protected-namespace.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const path = 'spec.workload.namespace';
const into = (spokeNamespace: string) => deployment('team', { spokeNamespace });

const cases: { namespace: string; refused: boolean; why: string }[] = [
  { namespace: 'team', refused: false, why: 'one of its own' },
  { namespace: 'default', refused: true, why: 'it belongs to the cluster' },
  { namespace: 'default-2', refused: false, why: 'only the beginning is the same' },
  { namespace: 'kube-system', refused: true, why: 'it belongs to the cluster' },
  { namespace: 'kube-public', refused: true, why: 'it belongs to the cluster' },
  { namespace: 'kube-anything', refused: true, why: 'Kubernetes keeps the prefix to itself' },
  { namespace: 'kubernetes', refused: false, why: 'no dash' },
  { namespace: 'my-kube-system', refused: false, why: 'the prefix is another' },
  { namespace: 'open-cluster-management', refused: true, why: "OCM's own" },
  { namespace: 'open-cluster-management-agent', refused: true, why: "OCM's own" },
  { namespace: 'open-cluster', refused: false, why: 'not the whole prefix' },
  { namespace: 'mural-system', refused: true, why: 'the system namespace' },
  { namespace: 'mural-system-2', refused: false, why: 'only the beginning is the same' },
];

describe('ProtectedNamespace', () => {
  for (const { namespace, refused, why } of cases) {
    it(`${refused ? 'refuses' : 'lets'} ${namespace}: ${why}`, () => {
      const facts = factsOf({ object: into(namespace) });
      assert.deepEqual(findingsOf(protectedNamespace, facts), refused ? [{ path }] : []);
    });
  }

  it('protects the system namespace that is configured', () => {
    const facts = factsOf({ object: into('platform') }, { systemNamespace: 'platform' });
    assert.deepEqual(findingsOf(protectedNamespace, facts), [{ path }]);
    const other = factsOf({ object: into('mural-system') }, { systemNamespace: 'platform' });
    assert.deepEqual(findingsOf(protectedNamespace, other), []);
  });

  it('judges the namespace of the deployment where it names none', () => {
    const { spec, ...rest } = deployment('default');
    const object = { ...rest, spec: { ...spec, workload: { name: 'web' } } };
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object })), [{ path }]);
  });

  it('lets an old deployment that is there be edited, but not come from one such namespace to another', () => {
    const edited = { ...into('default'), metadata: { ...into('default').metadata, labels: { a: 'b' } } };
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object: edited, oldObject: into('default') })), []);
    const moved = factsOf({ object: into('kube-system'), oldObject: into('default') });
    assert.deepEqual(findingsOf(protectedNamespace, moved), [{ path }]);
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object: into('team'), oldObject: into('default') })), []);
  });

  it('leaves a workload that is none to InvalidSpec', () => {
    for (const workload of ['default', {}, { namespace: 'default' }] satisfies JsonValue[]) {
      const object = { ...deployment('team'), spec: { workload } } as KubeObject;
      assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object })), []);
    }
  });

  it('has nothing to say about a deletion', () => {
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ oldObject: into('default') })), []);
  });
});
