import assert from 'node:assert/strict';
import { isProtectedNamespace, protectedNamespaces } from '../../../src/domain/spoke/protected-namespaces.ts';

const platform = [
  'argocd',
  'cert-manager',
  'flux-system',
  'gatekeeper-system',
  'istio-system',
  'kyverno',
  'monitoring',
];
const cluster = ['default', 'kube-system', 'kube-public', 'open-cluster-management', 'open-cluster-management-agent'];

describe('the protected namespaces', () => {
  it('are by default those of the cluster, of mooring, and of usual platform components', () => {
    const patterns = protectedNamespaces();
    for (const name of [...cluster, ...platform, 'openshift', 'openshift-ingress', 'mooring-system', 'mural-system']) {
      assert.ok(isProtectedNamespace(name, patterns), name);
    }
    for (const name of ['shop', 'kubernetes', 'my-argocd', 'default-2']) {
      assert.ok(!isProtectedNamespace(name, patterns), name);
    }
  });

  it('include those of the cluster and of mooring, whatever is configured', () => {
    const patterns = protectedNamespaces({ patterns: ['acme-*'], namespace: 'mooring', systemNamespace: 'shared' });
    for (const name of [...cluster, 'mooring', 'shared', 'acme-dns'])
      assert.ok(isProtectedNamespace(name, patterns), name);
    for (const name of platform) assert.ok(!isProtectedNamespace(name, patterns), name);
  });
});
