import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { joinCluster, leaveCluster } from '../../deploy/local/ocm-stand-in/hub/managed-cluster.ts';
import { apply, createNamespace, kubectl, kubectlOk, sharedHub } from '../support/hub.ts';
import { environment, manifest } from '../support/manifests.ts';
import { conditionOf, waitForReadiness, deleteTestObjects } from '../support/tenant.ts';

const tier = 'mooring.test/tier';

describe('an Environment that requires more clusters than there are', function () {
  this.timeout(120_000);
  let namespace: string;
  let clusters: string[];
  const newcomer = `newcomer-${process.pid}`;

  before(async () => {
    clusters = Object.keys((await sharedHub()).spokes).toSorted();
    namespace = await createNamespace('joining');
  });
  after(async () => {
    const { kubeconfig } = await sharedHub();
    await leaveCluster(createHubClient(kubeconfig), newcomer, 20_000);
    await kubectl(['delete', 'namespace', newcomer, '--ignore-not-found', '--timeout=30s']);
    await kubectl(['label', 'managedclusters', '--all', `${tier}-`]);
    await deleteTestObjects(namespace);
  });

  it('is not ready, and reports how many clusters are missing', async () => {
    const required = clusters.length + 1;
    const applied = await apply(manifest(environment(namespace, { placement: { numberOfClusters: required } })));
    assert.equal(applied.code, 0, applied.stderr);
    const { status } = await waitForReadiness('NotReady', namespace);
    assert.equal(conditionOf(status, 'EnvironmentReady'), 'False SelectedClustersLessThanRequired');
    assert.deepEqual(status?.selectedClusters, clusters);
    assert.equal(status?.requiredClusters, required);
    const [placement] = status?.placements ?? [];
    assert.equal(placement?.reason, 'NotAllDecisionsScheduled');
    assert.equal(
      status?.conditions?.find(({ type }) => type === 'EnvironmentReady')?.message,
      `placement managed-cluster-set-global/${placement?.name} selects ${clusters.length} of ${required} required clusters: ` +
        `NotAllDecisionsScheduled (${required} clusters are required, only ${clusters.length} can be selected)`,
    );
    assert.match(await kubectlOk(['get', 'environment', 'primary', '-n', namespace]), /\nprimary +NotReady\s*$/);
  });

  it('is ready when a cluster joins', async () => {
    const { kubeconfig, spokes } = await sharedHub();
    const [spoke = ''] = Object.values(spokes);
    const server = 'https://127.0.0.1:1'; // this cluster has no work agent, because the test checks only its selection
    await joinCluster({
      name: newcomer,
      hub: createHubClient(kubeconfig),
      spoke: createHubClient(spoke),
      server,
      now: Date.now(),
    });
    const { status } = await waitForReadiness('Ready', namespace);
    assert.deepEqual(status?.selectedClusters, [...clusters, newcomer].toSorted());
    assert.equal(conditionOf(status, 'EnvironmentReady'), 'True PlacementsSatisfied');
  });

  it('is not ready again when the cluster leaves', async () => {
    const { kubeconfig } = await sharedHub();
    assert.deepEqual(await leaveCluster(createHubClient(kubeconfig), newcomer, 20_000), []);
    const { status } = await waitForReadiness('NotReady', namespace);
    assert.deepEqual(status?.selectedClusters, clusters);
  });

  it('is not ready while no cluster matches, and is ready when a cluster gets the label', async () => {
    const labelSelector = { matchLabels: { [tier]: 'gold' } };
    const predicates = [{ requiredClusterSelector: { labelSelector } }];
    const gold = environment(namespace, { name: 'gold', placement: { numberOfClusters: 1, predicates } });
    const applied = await apply(manifest(gold));
    assert.equal(applied.code, 0, applied.stderr);
    const none = await waitForReadiness('NotReady', namespace, 'gold');
    assert.equal(conditionOf(none.status, 'EnvironmentReady'), 'False TotalSelectedClustersLessThanZero');
    assert.equal(none.status?.totalSelectedClusters, 0);
    assert.match(none.status?.placements?.[0]?.message ?? '', /NoManagedClusterMatched \(no cluster matches/);

    const chosen = clusters.at(-1) ?? '';
    await kubectlOk(['label', 'managedcluster', chosen, `${tier}=gold`]);
    const one = await waitForReadiness('Ready', namespace, 'gold');
    assert.deepEqual(one.status?.selectedClusters, [chosen]);
  });

  it('has an Event for every change of its readiness', async () => {
    const args = ['get', 'events.events.k8s.io', '-n', namespace, '-o', 'json'];
    const { items }: { items: { regarding: { name: string }; type: string; reason: string }[] } = JSON.parse(
      await kubectlOk(args),
    );
    const events = items
      .filter(({ regarding }) => regarding.name === 'primary')
      .map(({ type, reason }) => ({ type, reason }));
    assert.ok(
      events.some(({ type }) => type === 'Warning'),
      JSON.stringify(events),
    );
    assert.ok(
      events.some(({ type }) => type === 'Normal'),
      JSON.stringify(events),
    );
  });
});
