import assert from 'node:assert/strict';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import { mooring } from '../support/command-line.ts';
import { createMemoryClient } from '../support/memory-client.ts';

const printed = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: mooring-hub-namespace
  namespace: prod
  labels:
    app.kubernetes.io/name: mooring
subjects:
  - kind: ServiceAccount
    name: mooring-controller
    namespace: mooring-system
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: mooring-hub-namespace
`;

const hub = (...names: string[]) =>
  createMemoryClient(names.map((name) => [namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]));

const open = (client: ReturnType<typeof hub>, ...args: string[]) =>
  mooring(['hub-namespace', 'open', 'prod', ...args], { client });

describe('mooring hub-namespace open', () => {
  it('prints the RoleBinding, without a cluster', async () => {
    assert.deepEqual(await mooring(['hub-namespace', 'open', 'prod']), { code: 0, out: printed, error: '' });
  });

  it('prints the ManagedClusterSetBinding of each --cluster-set', async () => {
    const { out } = await mooring(['hub-namespace', 'open', 'prod', '--cluster-set', 'global', '--cluster-set', 'eu']);
    const binding = (set: string) =>
      `---\napiVersion: cluster.open-cluster-management.io/v1beta2\nkind: ManagedClusterSetBinding\nmetadata:\n  name: ${set}\n  namespace: prod\nspec:\n  clusterSet: ${set}\n`;
    assert.equal(out, `${printed}${binding('global')}${binding('eu')}`);
  });

  it('names the service account in the namespace of --mooring-namespace', async () => {
    const { out } = await mooring(['hub-namespace', 'open', 'prod', '--mooring-namespace', 'fleet']);
    assert.equal(out, printed.replace('mooring-system', 'fleet'));
  });

  it('applies the objects with --apply', async () => {
    const client = hub('prod');
    const { code, out } = await open(client, '--cluster-set', 'global', '--apply');
    assert.equal(code, 0);
    assert.equal(
      out,
      'rolebinding.rbac.authorization.k8s.io/mooring-hub-namespace applied\n' +
        'managedclustersetbinding.cluster.open-cluster-management.io/global applied\n',
    );
    assert.equal(client.writes.length, 2);
  });

  it('says with --apply that the namespace does not exist', async () => {
    const client = hub('other');
    const error = 'mooring: namespace prod does not exist: create it with kubectl create namespace prod\n';
    assert.deepEqual(await open(client, '--apply'), { code: 1, out: '', error });
    assert.deepEqual(client.writes, []);
  });

  it('refuses a name that no namespace can have', async () => {
    const { code, error } = await mooring(['hub-namespace', 'open', 'a/b']);
    assert.deepEqual([code, error], [2, 'mooring: "a/b" is not the name of a namespace\n']);
  });
});
