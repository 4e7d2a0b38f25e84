import assert from 'node:assert/strict';
import {
  manifestWorkReplicaSets,
  manifestWorks,
  placementDecisions,
  placements,
  type PlacementDecision,
} from '../../../src/api/ocm.ts';
import { evictionDeadline } from '../../../src/controller/deployments/missing-works.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';

const clusterDecision = (namespace: string, placement: string, clusters: readonly string[]): PlacementDecision => ({
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'PlacementDecision',
  metadata: {
    namespace,
    name: `${placement}-decision-1`,
    labels: { 'cluster.open-cluster-management.io/placement': placement },
  },
  status: { decisions: clusters.map((clusterName) => ({ clusterName })) },
});

describe('ManifestWorks that are missing on the hub', () => {
  let scene: DeploymentsScene;
  beforeEach(async () => {
    scene = await deploymentsScene({ primary: environmentSpec() }, [finalizedDeployment()]);
    await scene.reconcile();
    await scene.ocm(['a', 'b']);
    await decide(['a', 'b']);
    await scene.reconcile();
    assert.deepEqual((await scene.stored()).status?.selectedClusters, ['a', 'b']);
  });
  afterEach(() => scene.stop());

  const missing = async () => {
    const { worksMissingSince, worksMissingOn } = (await scene.stored()).status ?? {};
    return worksMissingSince === undefined ? undefined : { since: worksMissingSince, clusters: worksMissingOn };
  };
  /** Does what OCM's placement controller does. */
  async function decide(clusters: string[]) {
    const [placement] = (await scene.client.list(placements)).items;
    const { namespace = '', name = '' } = placement?.metadata ?? {};
    const conditions = [{ type: 'PlacementSatisfied', status: 'True', reason: 'AllDecisionsScheduled' }];
    const status = { numberOfSelectedClusters: clusters.length, conditions };
    await scene.client.patch(placements, { namespace, name }, { status }, { subresource: 'status' });
    const decision = clusterDecision(namespace, name, clusters);
    await scene.client.delete(placementDecisions, { namespace, name: decision.metadata.name });
    await scene.client.create(placementDecisions, decision);
  }
  async function loseWork(cluster: string) {
    for (const { metadata } of (await scene.client.list(manifestWorks)).items) {
      const { namespace = '', name } = metadata;
      if (namespace === cluster) await scene.client.delete(manifestWorks, { namespace, name });
    }
  }

  it('are in the status from when the controller notices that first until they are back', async () => {
    await loseWork('a');
    await scene.reconcile();
    const lost = { since: '2026-01-01T00:01:00Z', clusters: ['a'] };
    assert.deepEqual(await missing(), lost);
    scene.restart();
    scene.client.writes.splice(0);
    await scene.reconcile();
    assert.deepEqual(await missing(), lost, 'after a restart');
    assert.deepEqual(scene.writes(), [], 'written once');
    await scene.ocm(['a', 'b']);
    await scene.reconcile();
    assert.equal(await missing(), undefined);
  });

  it('are those of all clusters if the objects of the deployment are gone', async () => {
    for (const resource of [manifestWorkReplicaSets, placements, manifestWorks, placementDecisions]) {
      for (const { metadata } of (await scene.client.list(resource)).items) {
        const { namespace = '', name } = metadata;
        await scene.client.delete(resource, { namespace, name });
      }
    }
    await scene.reconcile();
    assert.deepEqual((await missing())?.clusters, ['a', 'b']);
    await scene.reconcile();
    assert.deepEqual((await missing())?.clusters, ['a', 'b'], 'until OCM has decided again');
    await scene.ocm(['b']);
    await decide(['b']);
    await scene.reconcile();
    assert.equal(await missing(), undefined, 'the other cluster is no longer selected');
  });

  it('are none if their cluster is no longer selected', async () => {
    await loseWork('a');
    await decide(['b']);
    await scene.reconcile();
    assert.equal(await missing(), undefined);
    assert.deepEqual((await scene.stored()).status?.selectedClusters, ['b']);
  });

  it('remain missing if PlacementDecisions are not served', async () => {
    await loseWork('a');
    await decide(['b']);
    const list = scene.client.list.bind(scene.client);
    scene.client.list = async (resource, options) => {
      if (resource === placementDecisions) throw new ApiError('no', { code: 404, reason: 'NotFound' });
      return list(resource, options);
    };
    await scene.reconcile();
    assert.deepEqual((await missing())?.clusters, ['a']);
  });
});

describe('the time at which the first agent may evict', () => {
  const lostAt = (since: string, metadata = {}) => ({
    ...finalizedDeployment({ metadata }),
    status: { worksMissingSince: since, worksMissingOn: ['a'] },
  });

  it('is that of the first loss of a deployment that is not being deleted', () => {
    const lost = [
      lostAt('2026-01-01T00:00:10Z'),
      lostAt('2026-01-01T00:00:05Z'),
      lostAt('2026-01-01T00:00:00Z', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    ];
    assert.equal(evictionDeadline(lost, 60_000), Date.parse('2026-01-01T00:01:05Z'));
  });

  it('does not exist if nothing is missing', () => {
    assert.equal(evictionDeadline([finalizedDeployment(), lostAt('soon')], 60_000), undefined);
  });
});
