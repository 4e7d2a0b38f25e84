import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { crdNameOf, customResourceDefinitions } from '../../src/api/crd.ts';
import { workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../src/api/ocm.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { apply, createNamespace, eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses, pidOf } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { scrape, sumOfSeries } from '../support/role-metrics.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';

const twoMinutes = { withinMs: 120_000 };
/** The namespace of objects of the built-in topology on the hub. */
const hubNamespace = 'managed-cluster-set-global';

describe('objects on the hub whose deployment is gone', function () {
  this.timeout(300_000);
  let hub: Hub;
  let client: Client;
  let namespace: string;
  const names = ['agents', 'frozen', 'killed', 'foreign', 'unproven', 'reinstalled'];
  const spokeNamespace = (name: string) => `${namespace}-${name}`;

  before(async () => {
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    namespace = await createNamespace('orphans');
    const made = await apply(manifest(profile(namespace), environment(namespace)));
    assert.equal(made.code, 0, made.stderr);
  });
  after(async () => {
    await restoreHub();
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(...names.map(spokeNamespace));
  });

  /** Applies a deployment, and returns the cluster that its Workload is on. */
  async function deploy(name: string): Promise<string> {
    const made = await apply(manifest(deployment(namespace, { name, spokeNamespace: spokeNamespace(name) })));
    assert.equal(made.code, 0, made.stderr);
    const { status } = await waitUntilApplied(namespace, name);
    const [cluster = ''] = status?.selectedClusters ?? [];
    assert.ok(await onSpoke(name, cluster));
    return cluster;
  }
  const onSpoke = async (name: string, cluster: string) =>
    (await getObject(['workload', name, '-n', spokeNamespace(name)], cluster)) !== undefined;

  /** Deletes a deployment as people do it whose deletion does not end: they remove its finalizers. */
  async function strip(name: string): Promise<void> {
    await kubectlOk(['delete', 'workloaddeployment', name, '-n', namespace, '--wait=false']);
    const patch = JSON.stringify({ metadata: { finalizers: null } });
    const key = ['workloaddeployment', name, '-n', namespace];
    if ((await getObject(key)) !== undefined) await kubectlOk(['patch', ...key, '--type=merge', '-p', patch]);
    assert.equal(await getObject(key), undefined);
  }
  /** What the hub has of a deployment, as `Kind name`. */
  async function onHub(name: string): Promise<KubeObject[]> {
    const listed = await Promise.all([manifestWorkReplicaSets, placements].map((resource) => client.list(resource)));
    const owner = `${namespace}/${name}`;
    return listed
      .flatMap(({ items }) => items)
      .filter(({ metadata }) => metadata.annotations?.['spectrocloud.com/deployment'] === owner);
  }
  async function goneWithinTwoMinutes(name: string, cluster: string): Promise<void> {
    await eventually(
      `nothing of ${name} is left`,
      async () => (await onHub(name)).length === 0 && !(await onSpoke(name, cluster)),
      twoMinutes,
    );
  }
  async function events(reason: string): Promise<string[]> {
    const args = ['get', 'events', '-n', hubNamespace, '--field-selector', `reason=${reason}`, '-o', 'json'];
    const { items }: { items: { involvedObject: { kind: string }; message: string }[] } = JSON.parse(
      await kubectlOk(args),
    );
    return items.map(({ involvedObject, message }) => `${involvedObject.kind}: ${message}`);
  }
  const deletedBecauseOf = async (name: string) =>
    (await events('OrphanDeleted')).filter((text) => text.includes(` ${namespace}/${name} `)).toSorted();
  const because = (name: string) => `it was deleted, because WorkloadDeployment ${namespace}/${name} does not exist`;

  it('are deleted if the finalizer is removed while the agents are stopped', async () => {
    const cluster = await deploy('agents');
    await endProcesses(hub, ['ocm-stand-in']);
    await strip('agents');
    await restoreHub();
    await goneWithinTwoMinutes('agents', cluster);
  });

  it('are deleted if the finalizer is removed while the controller is frozen', async () => {
    const cluster = await deploy('frozen');
    const pid = await pidOf(hub, 'controller');
    process.kill(pid, 'SIGSTOP');
    try {
      await strip('frozen');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await goneWithinTwoMinutes('frozen', cluster);
  });

  it('are deleted if the finalizer is removed while no controller runs; Events and metrics tell', async () => {
    const cluster = await deploy('killed');
    await endProcesses(hub, ['controller']);
    await strip('killed');
    await restoreHub();
    const orphaned = () => sumOfSeries('controller', 'mooring_orphaned_objects', { state: 'orphaned' });
    await eventually('the metric counts both objects', async () => (await orphaned()) >= 2, { withinMs: 60_000 });
    await goneWithinTwoMinutes('killed', cluster);
    assert.deepEqual(await deletedBecauseOf('killed'), [
      `ManifestWorkReplicaSet: ${because('killed')}`,
      `Placement: ${because('killed')}`,
    ]);
    await eventually('nothing is counted any more', async () => (await orphaned()) === 0);
    assert.match(await scrape('controller'), /^mooring_orphaned_objects_deleted_total\{kind="Placement"\} [1-9]/m);
  });

  it('are deleted if a create of an earlier leader arrives after the deletion', async () => {
    const { metadata } = await client.get(customResourceDefinitions, { name: crdNameOf(workloadDeployments) });
    await client.create(placements, {
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: {
        namespace: hubNamespace,
        name: `${namespace}-late`,
        annotations: {
          'spectrocloud.com/deployment': `${namespace}/late`,
          'spectrocloud.com/deployment-uid': 'the-uid-of-a-deleted-deployment',
          'spectrocloud.com/installation': metadata.uid ?? '',
        },
      },
      spec: {},
    });
    await eventually('the Placement is deleted', async () => (await onHub('late')).length === 0, twoMinutes);
    assert.deepEqual(await deletedBecauseOf('late'), [`Placement: ${because('late')}`]);
  });
});
