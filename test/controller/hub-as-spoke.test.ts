import assert from 'node:assert/strict';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { managedClusters, manifestWorkReplicaSets, placements } from '../../src/api/ocm.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import { cachedLocalClusters } from '../../src/controller/hub-as-spoke.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../support/deployments-scene.ts';
import { environmentSpec } from '../support/environment-edits.ts';
import { hubNamespace } from '../support/hub-namespaces.ts';
import { guest, kept, owned } from '../support/lifecycle-topology.ts';
import { byop, environment } from '../support/manifests.ts';

const labelSelector = { matchExpressions: [{ key: 'local-cluster', operator: 'NotIn', values: ['true'] }] };
const excluding = { predicates: [{ requiredClusterSelector: { labelSelector } }] };
const cluster = (name: string, isHub = true): KubeObject => ({
  apiVersion: 'cluster.open-cluster-management.io/v1',
  kind: 'ManagedCluster',
  metadata: { name, labels: { 'local-cluster': String(isHub) } },
});
const anywhere = environmentSpec({ lifecycle: owned });
const elsewhere = environmentSpec({ lifecycle: owned, placement: excluding });

describe('a deployment on a hub that is a cluster of its own', () => {
  let scene: DeploymentsScene;
  afterEach(() => scene.stop());

  async function start(spec: typeof anywhere, { spokeNamespace = 'team', hubs = ['hub'] } = {}) {
    scene = await deploymentsScene({ primary: spec }, [finalizedDeployment({ spokeNamespace })]);
    for (const name of hubs) await scene.client.create(managedClusters, cluster(name));
  }
  async function applied(...clusters: string[]) {
    await scene.reconcile();
    await scene.ocm(clusters);
    await scene.reconcile();
    scene.hubWrites();
  }
  const condition = async () => {
    const { status } = await scene.stored();
    return status?.conditions?.find(({ type }) => type === 'Applied');
  };
  const relabel = (name: string) =>
    scene.client.patch(managedClusters, { name }, { metadata: { labels: { 'local-cluster': 'true' } } });

  it('is not applied while it may own the namespace of its own objects there', async () => {
    await start(anywhere);
    await scene.reconcile();
    assert.equal(await scene.reason(), 'HubNamespaceWouldBeOwned');
    assert.match(
      (await condition())?.message ?? '',
      /Namespace team, .*\{key: local-cluster, operator: NotIn, values: \["true"\]\}/,
    );
    assert.deepEqual(scene.hubWrites(), []);
    await scene.edit(elsewhere);
    await scene.reconcile();
    assert.equal(await scene.reason(), 'NoClustersSelected');
    assert.deepEqual(scene.hubWrites(), ['apply placements', 'apply manifestworkreplicasets']);
  });

  const passing: { why: string; spec: typeof anywhere; options?: { spokeNamespace?: string; hubs?: string[] } }[] = [
    { why: 'it does not create the namespace', spec: environmentSpec({ lifecycle: guest }) },
    { why: 'the hub is no cluster', spec: anywhere, options: { hubs: [] } },
    { why: 'the hub is excluded', spec: elsewhere },
    { why: 'the hub does not need the namespace', spec: anywhere, options: { spokeNamespace: 'shop' } },
  ];
  for (const { why, spec, options } of passing) {
    it(`is applied: ${why}`, async () => {
      await start(spec, options);
      await scene.reconcile();
      assert.equal(await scene.reason(), 'NoClustersSelected');
    });
  }

  it('is not applied in a namespace with objects of others', async () => {
    await start(anywhere, { spokeNamespace: 'shop' });
    await scene.client.create(namespaces, hubNamespace('shop'));
    await scene.client.create(environments, environment('shop'));
    await scene.reconcile();
    assert.equal(await scene.reason(), 'HubNamespaceWouldBeOwned');
  });

  it('is judged by a Placement that the topology does not render', async () => {
    await start(environmentSpec({ topology: byop('hub', 'theirs') }));
    await scene.reconcile();
    assert.equal(await scene.reason(), 'HubNamespaceWouldBeOwned', 'it does not exist');
    const theirs = { apiVersion: 'cluster.open-cluster-management.io/v1beta1', kind: 'Placement' };
    const metadata = { namespace: 'hub', name: 'theirs' };
    await scene.client.create(placements, { ...theirs, metadata, spec: {} });
    await scene.reconcile();
    assert.equal(await scene.reason(), 'HubNamespaceWouldBeOwned', 'it selects any cluster');
    await scene.client.patch(placements, metadata, { spec: excluding });
    await scene.reconcile();
    assert.equal(await scene.reason(), 'NoClustersSelected');
  });

  it('keeps what is applied if its selection comes to contain the hub', async () => {
    await start(elsewhere);
    await applied('a');
    assert.equal(await scene.reason(), 'Applied');
    await scene.edit(anywhere);
    await scene.reconcile();
    assert.equal(await scene.reason(), 'HubNamespaceWouldBeOwned');
    assert.deepEqual(scene.hubWrites(), []);
  });

  it('is still edited if the hub became a cluster later, as long as it is not there', async () => {
    await start(anywhere, { hubs: [] });
    await applied('a');
    await scene.client.create(managedClusters, cluster('hub'));
    const metadata = { labels: { a: 'b' } };
    const workload = { name: 'web', namespace: 'team', metadata };
    await scene.client.patch(workloadDeployments, { namespace: 'team', name: 'web' }, { spec: { workload } });
    await scene.reconcile();
    assert.deepEqual(scene.hubWrites(), ['apply manifestworkreplicasets']);
  });

  it('reports that it owns the namespace there, after a cluster turned out to be the hub, until it orphans it', async () => {
    await start(anywhere, { hubs: [] });
    await scene.client.create(managedClusters, cluster('a', false));
    await applied('a');
    await scene.reconcile();
    assert.equal(await scene.reason(), 'Applied');
    await relabel('a');
    await scene.reconcile();
    assert.equal(await scene.reason(), 'HubNamespaceWouldBeOwned');
    assert.match((await condition())?.message ?? '', /^the work agent of the hub itself owns Namespace team/);
    await scene.edit(elsewhere);
    await scene.reconcile();
    assert.deepEqual(scene.hubWrites(), [], 'that would delete the namespace on the hub');
    assert.match((await condition())?.message ?? '', /would delete Namespace team .* first revert this change/);
    await scene.edit(environmentSpec({ lifecycle: kept }));
    await scene.reconcile();
    assert.deepEqual(scene.hubWrites(), ['apply placements', 'apply manifestworkreplicasets']);
    assert.notEqual(await scene.reason(), 'HubNamespaceWouldBeOwned');
    await scene.ocm(['a']);
    scene.hubWrites();
    await scene.edit(environmentSpec({ lifecycle: kept, placement: excluding }));
    await scene.reconcile();
    assert.deepEqual(scene.hubWrites(), ['apply placements', 'apply manifestworkreplicasets']);
  });

  const leaving: { how: string; edit: () => Promise<unknown> }[] = [
    {
      how: 'stops creating it',
      edit: () => scene.edit(environmentSpec({ lifecycle: guest })),
    },
    {
      how: 'moves to another namespace',
      edit: () => {
        const workload = { name: 'web', namespace: 'shop' };
        return scene.client.patch(workloadDeployments, { namespace: 'team', name: 'web' }, { spec: { workload } });
      },
    },
  ];
  for (const { how, edit } of leaving) {
    it(`does not delete the namespace that it owns there, whatever is acknowledged, if it ${how}`, async () => {
      await start(anywhere, { hubs: [] });
      await scene.client.create(managedClusters, cluster('a', false));
      await applied('a');
      await relabel('a');
      const annotations = { 'spectrocloud.com/acknowledge': 'NamespaceWouldBeDeleted,WorkloadsWouldMove' };
      await scene.client.patch(workloadDeployments, { namespace: 'team', name: 'web' }, { metadata: { annotations } });
      await edit();
      await scene.reconcile();
      assert.deepEqual(scene.hubWrites(), []);
      assert.equal(await scene.reason(), 'HubNamespaceWouldBeOwned');
    });
  }

  it('is not released while it owns the namespace there, although its deletion was admitted', async () => {
    await start(anywhere, { hubs: [] });
    await scene.client.create(managedClusters, cluster('a', false));
    await applied('a');
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'web' });
    await relabel('a');
    await scene.reconcile();
    assert.deepEqual(scene.hubWrites(), []);
    const deleting = (await scene.stored()).status?.conditions?.find(({ type }) => type === 'Deleting');
    assert.equal(deleting?.reason, 'HubNamespaceWouldBeOwned');
    assert.match(deleting.message ?? '', /would delete Namespace team .*; let its ManifestWorkReplicaSets orphan it: /);
    const [replicaSet = assert.fail()] = await scene.replicaSets();
    const manifestWorkTemplate = { deleteOption: { propagationPolicy: 'Orphan' } };
    await scene.client.patch(manifestWorkReplicaSets, replicaSet.metadata, { spec: { manifestWorkTemplate } });
    await scene.ocm(['a']);
    scene.hubWrites();
    await scene.reconcile();
    assert.deepEqual(scene.hubWrites(), ['delete manifestworkreplicasets']);
  });

  it('is released if the namespace on the hub is terminating anyway', async () => {
    await start(anywhere, { hubs: [] });
    await applied('a');
    await scene.client.patch(namespaces, { name: 'team' }, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'web' });
    await scene.client.create(managedClusters, cluster('a'));
    await scene.reconcile();
    assert.deepEqual(scene.hubWrites(), ['delete manifestworkreplicasets']);
  });

  it('reads the clusters from caches', async () => {
    await start(anywhere, { hubs: ['hub', 'second'] });
    await scene.client.create(managedClusters, cluster('plain', false));
    await scene.caughtUp();
    assert.deepEqual(
      cachedLocalClusters(scene.caches)
        .clusters.map(({ name }) => name)
        .toSorted(),
      ['hub', 'second'],
    );
    assert.equal(scene.caches.managedClusters.get(undefined, 'plain')?.metadata.labels, undefined);
  });
});
