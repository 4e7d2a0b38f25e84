import assert from 'node:assert/strict';
import type { JsonValue, KubeObject } from '../../../../src/api/object.ts';
import { protectedNamespace } from '../../../../src/domain/admission/rules/protected-namespace.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const path = 'spec.workload.namespace';
const into = (spokeNamespace: string) => deployment('team', { spokeNamespace });

const cases: { namespace: string; denied: boolean; why: string }[] = [
  { namespace: 'team', denied: false, why: 'it belongs to the tenant' },
  { namespace: 'default', denied: true, why: 'it belongs to the cluster' },
  { namespace: 'default-2', denied: false, why: 'only the beginning is the same' },
  { namespace: 'kube-system', denied: true, why: 'it belongs to the cluster' },
  { namespace: 'kube-public', denied: true, why: 'it belongs to the cluster' },
  { namespace: 'kube-anything', denied: true, why: 'Kubernetes reserves the prefix' },
  { namespace: 'kubernetes', denied: false, why: 'it lacks the dash' },
  { namespace: 'my-kube-system', denied: false, why: 'it has another prefix' },
  { namespace: 'open-cluster-management', denied: true, why: 'it belongs to OCM' },
  { namespace: 'open-cluster-management-agent', denied: true, why: 'it belongs to OCM' },
  { namespace: 'open-cluster', denied: false, why: 'it lacks a part of the prefix' },
  { namespace: 'mural-system', denied: true, why: 'the system namespace' },
  { namespace: 'mooring-system', denied: true, why: 'mooring runs in it' },
  { namespace: 'cert-manager', denied: true, why: 'a component of the platform' },
  { namespace: 'openshift-ingress', denied: true, why: 'OpenShift reserves the prefix' },
  { namespace: 'mural-system-2', denied: false, why: 'only the beginning is the same' },
];

describe('ProtectedNamespace', () => {
  for (const { namespace, denied, why } of cases) {
    it(`${denied ? 'denies' : 'allows'} ${namespace}: ${why}`, () => {
      const facts = factsOf({ object: into(namespace) });
      assert.deepEqual(findingsOf(protectedNamespace, facts), denied ? [{ path }] : []);
    });
  }

  it('protects the namespaces that are configured', () => {
    const patterns = { protectedNamespaces: ['platform', 'istio-*'] };
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object: into('istio-edge') }, patterns)), [{ path }]);
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object: into('mural-system') }, patterns)), []);
  });

  it('checks every namespace that a deployment enters, also before a write of the controller', () => {
    const spokeNamespaces = { entered: ['shop', 'cert-manager'], missing: [], stamped: [], shared: [] };
    const requested = factsOf({ object: into('shop') }, { spokeNamespaces });
    assert.deepEqual(findingsOf(protectedNamespace, requested), [{ path }]);
    const applied = factsOf({ kind: 'WorkloadDeployment' }, { spokeNamespaces, enforcement: 'apply' });
    assert.deepEqual(findingsOf(protectedNamespace, applied), [{ path }]);
  });

  it('checks the namespace of the deployment if the Workload has none', () => {
    const { spec, ...rest } = deployment('default');
    const object = { ...rest, spec: { ...spec, workload: { name: 'web' } } };
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object })), [{ path }]);
  });

  it('allows edits of a deployment that is in one already, but not a move to another one', () => {
    const edited = { ...into('default'), metadata: { ...into('default').metadata, labels: { a: 'b' } } };
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object: edited, oldObject: into('default') })), []);
    const moved = factsOf({ object: into('kube-system'), oldObject: into('default') });
    assert.deepEqual(findingsOf(protectedNamespace, moved), [{ path }]);
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object: into('team'), oldObject: into('default') })), []);
  });

  it('does not report a malformed workload, which InvalidSpec does', () => {
    for (const workload of ['default', {}, { namespace: 'default' }] satisfies JsonValue[]) {
      const object = { ...deployment('team'), spec: { workload } } as KubeObject;
      assert.deepEqual(findingsOf(protectedNamespace, factsOf({ object })), []);
    }
  });

  it('does not report a deletion', () => {
    assert.deepEqual(findingsOf(protectedNamespace, factsOf({ oldObject: into('default') })), []);
  });
});
