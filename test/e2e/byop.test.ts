import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { apply, eventually, createNamespace, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { closeHubNamespace, openHubNamespace } from '../support/hub-namespace.ts';
import { byop, deployment, environment, manifest, profile } from '../support/manifests.ts';
import {
  waitUntilApplied,
  deleteSpokeNamespaces,
  conditionOf,
  waitForReadiness,
  deleteTestObjects,
} from '../support/tenant.ts';

const shared = 'mural-system';
const placementName = 'byop-placement';

const binding = {
  apiVersion: 'cluster.open-cluster-management.io/v1beta2',
  kind: 'ManagedClusterSetBinding',
  metadata: { namespace: shared, name: 'global' },
  spec: { clusterSet: 'global' },
};
const placement = {
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  metadata: { namespace: shared, name: placementName },
  spec: { clusterSets: ['global'], numberOfClusters: 1 },
};
/** Selects all clusters, including the cluster of the first Placement. */
const second = {
  ...placement,
  metadata: { namespace: shared, name: 'byop-second' },
  spec: { clusterSets: ['global'] },
};

describe('an Environment with a Placement of the user', function () {
  this.timeout(120_000);
  let namespace: string;

  before(async () => {
    namespace = await createNamespace('byop');
    await openHubNamespace(shared);
  });
  after(async () => {
    await deleteTestObjects(namespace);
    await kubectl(['delete', '--ignore-not-found', '-f', '-'], { input: manifest(placement, second, binding) });
    await closeHubNamespace(shared);
    await deleteSpokeNamespaces(namespace);
  });

  it('reports that its Placement does not exist', async () => {
    const ran = await apply(manifest(environment(namespace, { topology: byop(shared, placementName) })));
    assert.equal(ran.code, 0, ran.stderr);
    const { status } = await waitForReadiness('NotReady', namespace);
    assert.equal(conditionOf(status, 'EnvironmentReady'), 'False TotalSelectedClustersLessThanZero');
    assert.equal(
      status?.conditions?.find(({ type }) => type === 'EnvironmentReady')?.message,
      'failed to review placements: Placement.cluster.open-cluster-management.io "byop-placement" not found\n' +
        'failed to get placement byop-placement in namespace mural-system',
    );
    assert.deepEqual(status?.placementRefs, [{ namespace: shared, name: placementName }]);
  });

  it('reports that no cluster set is bound', async () => {
    const ran = await apply(manifest(placement));
    assert.equal(ran.code, 0, ran.stderr);
    await eventually('OCM has written the status of the Placement', async () => {
      const { status } = await waitForReadiness('NotReady', namespace);
      return status?.placements?.[0]?.reason === 'NoManagedClusterSetBindings';
    });
  });

  it('is ready when the Placement selects a cluster', async () => {
    const ran = await apply(manifest(binding));
    assert.equal(ran.code, 0, ran.stderr);
    const { status } = await waitForReadiness('Ready', namespace);
    assert.equal(status?.totalSelectedClusters, 1);
    assert.deepEqual(
      status?.placements?.map(({ name, satisfied }) => ({ name, satisfied })),
      [{ name: placementName, satisfied: true }],
    );
  });

  it('applies a Workload and its Namespace', async () => {
    const ran = await apply(manifest(profile(namespace), deployment(namespace)));
    assert.equal(ran.code, 0, ran.stderr);
    const { status } = await waitUntilApplied(namespace);
    const [cluster = ''] = status?.selectedClusters ?? [];
    assert.notEqual(await getObject(['namespace', namespace], cluster), undefined);
    assert.notEqual(await getObject(['workload', 'web', '-n', namespace], cluster), undefined);
    assert.equal(status?.replicaSets?.[0]?.namespace, shared); // OCM requires it in the namespace of its Placement
  });

  it('creates other ManifestWorks for a second Placement, and does not change those of the first one', async () => {
    const { type } = byop(shared, placementName);
    const placementRefs = [{ name: placementName }, { name: 'byop-second' }];
    const topology = { type, properties: { placementNamespace: shared, placementRefs } };
    const { status } = await waitUntilApplied(namespace);
    const first = status?.replicaSets?.[0]?.name ?? '';
    const uid = async () =>
      (await getObject<KubeObject>(['manifestworkreplicaset', first, '-n', shared]))?.metadata.uid;
    const before = await uid();
    const ran = await apply(manifest(second, environment(namespace, { topology })));
    assert.deepEqual([ran.code, ran.stderr], [0, ''], 'nothing is removed, so there is no warning');
    await eventually('both are applied', async () => {
      const now = (await waitUntilApplied(namespace)).status;
      return now?.replicaSets?.length === 2 && now.selectedClusters?.length === 2 && now.pendingClusters?.length === 0;
    });
    assert.equal(await uid(), before);
  });

  it('does not delete the Placement when deployment and Environment are deleted', async () => {
    const { status } = await waitUntilApplied(namespace);
    const [cluster = ''] = status?.selectedClusters ?? [];
    const before = await getObject<KubeObject>(['placement', placementName, '-n', shared]);
    await kubectlOk(['delete', 'workloaddeployment', 'web', '-n', namespace, '--timeout=40s']);
    await kubectlOk(['delete', 'environment', 'primary', '-n', namespace, '--timeout=40s']);
    const after = await getObject<KubeObject>(['placement', placementName, '-n', shared]);
    assert.equal(after?.metadata.uid, before?.metadata.uid);
    assert.equal(after?.metadata.generation, before?.metadata.generation);
    assert.equal(await kubectlOk(['get', 'manifestworkreplicasets', '-n', shared, '-o', 'name']), '');
    assert.equal(await getObject(['workload', 'web', '-n', namespace], cluster), undefined);
  });
});
