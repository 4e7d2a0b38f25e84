import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { down } from '../../deploy/local/hub/down.ts';
import { up, type Hub } from '../../deploy/local/hub/up.ts';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { workloadDeployments } from '../../src/api/kinds.ts';
import type { Resource } from '../../src/api/object.ts';
import { manifestWorkReplicaSets } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { environment, eventually, run, sharedHub } from '../support/hub.ts';
import { endProcesses } from '../support/hub-processes.ts';
import { deployment, environment as anEnvironment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { conditionOf } from '../support/tenant.ts';

const namespace = 'leaving';
const workloads: Resource = {
  group: 'spectrocloud.com',
  version: 'v1beta1',
  kind: 'Workload',
  plural: 'workloads',
  namespaced: true,
};

// A hub of its own, because the kinds of mooring are deleted.
describe('uninstalling mooring', function () {
  this.timeout(300_000);
  let directory: string;
  let hub: Hub;
  let client: Client;
  let spoke: Client;

  before(async () => {
    directory = `${(await sharedHub()).directory}-uninstall`;
    await down({ directory, purge: true });
    hub = await up({ directory, spokes: 1, environment });
    client = createHubClient(hub.kubeconfig);
    spoke = createHubClient(hub.spokes['spoke1'] ?? '');
  });

  after(() => down({ directory, purge: true }));

  const kubectl = (args: string[], input = '') => run(hub.kubectl, ['--kubeconfig', hub.kubeconfig, ...args], input);
  const uninstall = (...args: string[]) => runMooring(['uninstall', '--kubeconfig', hub.kubeconfig, ...args]);
  const workload = () => spoke.get(workloads, { namespace, name: 'web' });
  const ourCrds = async () =>
    (await client.list(customResourceDefinitions)).items.filter(({ metadata }) =>
      metadata.name.endsWith('.spectrocloud.com'),
    );

  async function applyObjects(): Promise<void> {
    await kubectl(['create', 'namespace', namespace]);
    const objects = manifest(anEnvironment(namespace), profile(namespace), deployment(namespace));
    const { code, stderr } = await kubectl(['apply', '-f', '-'], objects);
    assert.equal(code, 0, stderr);
    await eventually('the deployment is applied', async () => {
      const { status } = await client.get<WorkloadDeployment>(workloadDeployments, { namespace, name: 'web' });
      return conditionOf(status, 'Applied') === 'True Applied';
    });
  }

  it('refuses the deletion of a CustomResourceDefinition that is not confirmed', async () => {
    await applyObjects();
    const { code, stderr } = await kubectl(['delete', 'crd', 'workloaddeployments.spectrocloud.com', '--wait=false']);
    assert.notEqual(code, 0);
    assert.match(
      stderr,
      /kubectl annotate crd workloaddeployments\.spectrocloud\.com spectrocloud\.com\/allow-deletion=/,
    );
  });

  it('keeps the workloads when the CustomResourceDefinition is deleted while the controller runs', async () => {
    const before = await workload();
    const crd = 'workloaddeployments.spectrocloud.com';
    const { metadata } = await client.get(customResourceDefinitions, { name: crd });
    await kubectl(['annotate', 'crd', crd, `spectrocloud.com/allow-deletion=${metadata.uid}`]);
    const deleted = await kubectl(['delete', 'crd', crd, '--wait=false']);
    assert.equal(deleted.code, 0, deleted.stderr);
    const held = await eventually('the deployment reports why it is held', async () => {
      const { status } = await client.get<WorkloadDeployment>(workloadDeployments, { namespace, name: 'web' });
      return status?.conditions?.find(({ type, reason }) => type === 'Deleting' && reason === 'UninstallNotConfirmed');
    });
    assert.match(held.message ?? '', /everything on the spokes stays/);
    assert.match(held.message ?? '', /then mooring uninstall --yes; .*mooring uninstall --yes --delete-workloads/s);
    assert.equal((await client.list(manifestWorkReplicaSets)).items.length, 1);
    const after = await workload();
    assert.deepEqual(
      [after.metadata.uid, after.metadata.generation],
      [before.metadata.uid, before.metadata.generation],
    );
    assert.equal(after.metadata.deletionTimestamp, undefined);
  });

  it('is refused while the controller runs', async () => {
    const { code, stderr } = await uninstall('--yes');
    assert.equal(code, 1);
    assert.match(stderr, /the controller runs/);
  });

  it('removes all kinds, and does not touch a Workload', async () => {
    const before = await workload();
    await endProcesses(hub, ['controller', 'webhook', 'aggregator'], 'SIGTERM');
    const { code, stdout, stderr } = await uninstall('--yes');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /ManifestWorkReplicaSet: 1 of mooring, which are kept/);
    const left = (await ourCrds()).map(({ metadata }) => metadata.name);
    assert.deepEqual(left, []);
    const after = await workload();
    assert.deepEqual(
      [after.metadata.uid, after.metadata.generation],
      [before.metadata.uid, before.metadata.generation],
    );
    assert.equal(after.metadata.deletionTimestamp, undefined);
  });

  it('can be undone by a new installation, which takes over what exists', async () => {
    const before = await workload();
    const [replicaSet] = (await client.list(manifestWorkReplicaSets)).items;
    hub = await up({ directory, spokes: 1, environment });
    await applyObjects();
    const after = await workload();
    assert.deepEqual(
      [after.metadata.uid, after.metadata.generation],
      [before.metadata.uid, before.metadata.generation],
    );
    const present = (await client.list(manifestWorkReplicaSets)).items;
    assert.deepEqual(
      present.map(({ metadata }) => metadata.uid),
      [replicaSet?.metadata.uid],
    );
  });

  it('removes the workloads too with --delete-workloads, also if the CustomResourceDefinition is being deleted', async () => {
    const crd = 'workloaddeployments.spectrocloud.com';
    const { metadata } = await client.get(customResourceDefinitions, { name: crd });
    await kubectl(['annotate', 'crd', crd, `spectrocloud.com/allow-deletion=${metadata.uid}`]);
    assert.equal((await kubectl(['delete', 'crd', crd, '--wait=false'])).code, 0);
    const { code, stdout, stderr } = await uninstall('--yes', '--delete-workloads');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^all workloads are deleted$/m);
    assert.deepEqual(await ourCrds(), []);
    assert.deepEqual((await client.list(manifestWorkReplicaSets)).items, []);
    await eventually('the Workload is deleted', async () => (await spoke.list(workloads)).items.length === 0);
  });
});
