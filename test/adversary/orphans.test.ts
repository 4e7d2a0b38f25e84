import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { crdNameOf, customResourceDefinitions } from '../../src/api/crd.ts';
import { workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../src/api/ocm.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { getIfPresent } from '../../src/kube/client/get-if-present.ts';
import { apply, createNamespace, eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses, pidOf } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
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
    await createLate();
    await eventually('the Placement is deleted', async () => (await onHub('late')).length === 0, twoMinutes);
    assert.deepEqual(await deletedBecauseOf('late'), [`Placement: ${because('late')}`]);
  });

  it('are deleted if they are probe Placements of an Environment that is gone', async () => {
    await createPlacement('probe', {
      'spectrocloud.com/environment': `${namespace}/gone@v1`,
      'spectrocloud.com/environment-uid': 'the-uid-of-a-deleted-environment',
      'spectrocloud.com/probe': 'true',
    });
    const key = { namespace: hubNamespace, name: `${namespace}-probe` };
    const isGone = async () => (await getIfPresent(client, placements, key)) === undefined;
    await eventually('the probe is deleted', isGone, twoMinutes);
    const note = `Placement: it was deleted, because Environment ${namespace}/gone does not exist`;
    assert.ok((await events('OrphanDeleted')).includes(note));
  });

  it('stay if this installation has not provably applied them, until a person deletes them', async () => {
    const clusters = { foreign: await deploy('foreign'), unproven: await deploy('unproven') };
    await endProcesses(hub, ['controller']);
    for (const name of ['foreign', 'unproven']) await strip(name);
    await annotate('foreign', 'another');
    await annotate('unproven', null);
    await createLate();
    await restoreHub();
    await eventually('the next sweep is over', async () => (await onHub('late')).length === 0, twoMinutes);
    for (const [name, cluster] of Object.entries(clusters)) {
      assert.deepEqual(
        (await onHub(name)).map(({ kind }) => kind),
        ['ManifestWorkReplicaSet', 'Placement'],
      );
      assert.ok(await onSpoke(name, cluster), name);
      assert.ok((await sumOfSeries('controller', 'mooring_orphaned_objects', { state: name })) >= 2, name);
    }

    for (const args of [
      ['adopt', '--all'],
      ['remove-orphans', '--all', '--yes'],
    ]) {
      const refused = await runMooring([...args, '--kubeconfig', hub.files.kubeconfig('aggregator')]);
      assert.equal(refused.code, 1, refused.stdout);
      assert.match(refused.stderr, /^mooring: .*forbidden/);
    }
    const shown = await mooring('remove-orphans', 'foreign', 'unproven');
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /foreign does not exist$/m);
    assert.match(shown.stdout, /\(applied by another installation\)$/m);
    assert.match(shown.stdout, /\(nothing proves who has applied it\)$/m);
    assert.match(
      shown.stdout,
      / {2}on the spokes: Workload \S+\/foreign is removed from spoke\d; Namespace \S+ is deleted/,
    );
    assert.equal((await onHub('foreign')).length, 2);
    const removed = await mooring('remove-orphans', 'foreign', 'unproven', '--yes');
    assert.equal(removed.code, 0, removed.stderr);
    for (const [name, cluster] of Object.entries(clusters)) {
      assert.deepEqual(await onHub(name), []);
      await eventually(`the Workload of ${name} is gone`, async () => !(await onSpoke(name, cluster)));
    }
    assert.equal(
      (await mooring('remove-orphans', 'foreign', 'unproven', '--yes')).stdout,
      'there is nothing to delete\n',
    );
  });

  it('are given to their deployment by mooring adopt', async () => {
    const cluster = await deploy('reinstalled');
    await endProcesses(hub, ['controller']);
    await annotate('reinstalled', 'another');
    const before = await onHub('reinstalled');
    const dryRun = await mooring('adopt', 'reinstalled', '--dry-run');
    assert.match(dryRun.stdout, /^2 adopted, 0 skipped$/m);
    const adopted = await mooring('adopt', 'reinstalled');
    assert.equal(adopted.code, 0, adopted.stderr);
    const { metadata } = await client.get(workloadDeployments, { namespace, name: 'reinstalled' });
    for (const {
      metadata: { annotations = {} },
    } of await onHub('reinstalled')) {
      assert.equal(annotations['spectrocloud.com/installation'], await installation());
      assert.equal(annotations['spectrocloud.com/deployment-uid'], metadata.uid);
    }
    assert.match((await mooring('adopt', 'reinstalled')).stdout, /^0 adopted, 0 skipped$/m);
    const gone = await mooring('adopt', 'killed');
    assert.match(gone.stdout, /^0 adopted, 0 skipped$/m);
    await restoreHub();
    await kubectlOk(['annotate', 'workloaddeployment', 'reinstalled', '-n', namespace, 'example.com/edit=1']);
    await waitUntilApplied(namespace, 'reinstalled');
    assert.deepEqual(
      (await onHub('reinstalled')).map(({ metadata: { uid } }) => uid),
      before.map(({ metadata: { uid } }) => uid),
    );
    assert.ok(await onSpoke('reinstalled', cluster));
  });

  const installation = async () =>
    (await client.get(customResourceDefinitions, { name: crdNameOf(workloadDeployments) })).metadata.uid ?? '';
  const mooring = (command: string, ...args: string[]) =>
    runMooring([command, ...args, '-n', namespace, '--kubeconfig', hub.kubeconfig]);

  /** Writes on the objects of a deployment which installation has applied them. */
  async function annotate(name: string, by: string | null): Promise<void> {
    for (const { kind, metadata } of await onHub(name)) {
      const annotation = by === null ? 'spectrocloud.com/installation-' : `spectrocloud.com/installation=${by}`;
      const of = [kind, metadata.name, '-n', metadata.namespace ?? ''];
      await kubectlOk(['annotate', ...of, annotation, '--overwrite']);
    }
  }

  /** Creates what a create of an earlier leader leaves that arrives late. */
  function createLate(): Promise<void> {
    return createPlacement('late', {
      'spectrocloud.com/deployment': `${namespace}/late`,
      'spectrocloud.com/deployment-uid': 'the-uid-of-a-deleted-deployment',
    });
  }

  /** Creates a Placement as this installation would. */
  async function createPlacement(suffix: string, proof: Record<string, string>): Promise<void> {
    await client.create(placements, {
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: {
        namespace: hubNamespace,
        name: `${namespace}-${suffix}`,
        annotations: { ...proof, 'spectrocloud.com/installation': await installation() },
      },
      spec: {},
    });
  }
});
