import assert from 'node:assert/strict';
import { environments, workloadDeployments, workloadProfiles } from '../../../src/api/kinds.ts';
import {
  manifestWorkReplicaSets,
  manifestWorks,
  placements,
  type ManifestWorkReplicaSet,
} from '../../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { createDeploymentReconcile } from '../../../src/controller/deployments/reconcile.ts';
import { controllerScene } from '../../support/controller-scene.ts';
import { stampedAs } from '../../support/facts.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';

const now = Date.parse('2026-01-01T00:01:00Z');
const key = { namespace: 'apps', name: 'web' };
const replicaSetKey = 'manifestworkreplicasets.work.open-cluster-management.io';

async function scene() {
  const made = deployment('apps', { environmentRef: 'primary', spokeNamespace: 'web' });
  const parts = await controllerScene([
    [workloadDeployments, made],
    [
      environments,
      stampedAs(
        {
          ...environment('apps'),
          spec: { topology: { type: 'topology-ocm', properties: { placement: { numberOfClusters: 1 } } } },
        },
        1,
      ),
    ],
    [workloadProfiles, stampedAs({ ...profile('apps') }, 1)],
  ]);
  const reconcile = createDeploymentReconcile({ ...parts.shared, now: () => now });
  const turn = async () => {
    await parts.caughtUp();
    const result = await reconcile('apps/web', new AbortController().signal);
    await parts.caughtUp();
    return result;
  };
  const stored = () => parts.client.get<WorkloadDeployment>(workloadDeployments, key);
  const condition = async (type: string) => (await stored()).status?.conditions?.find((item) => item.type === type);
  /** What OCM does: one work on cluster `spoke1`, applied. */
  const ocm = async () => {
    const { items } = await parts.client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets);
    for (const set of items) {
      const { namespace = '', name } = set.metadata;
      const label = { 'work.open-cluster-management.io/manifestworkreplicaset': `${namespace}.${name}` };
      await parts.client.create(manifestWorks, {
        apiVersion: 'work.open-cluster-management.io/v1',
        kind: 'ManifestWork',
        metadata: { namespace: 'spoke1', name, labels: label },
        spec: { workload: set.spec.manifestWorkTemplate.workload },
        status: { conditions: [{ type: 'Applied', status: 'True', reason: 'Applied', observedGeneration: 1 }] },
      });
      const conditions = [{ type: 'ManifestworkApplied', status: 'True', reason: 'AsExpected' }];
      await parts.client.patch(
        manifestWorkReplicaSets,
        { namespace, name },
        { status: { conditions } },
        { subresource: 'status' },
      );
    }
    for (const { metadata } of (await parts.client.list(placements)).items) {
      const { namespace = '', name } = metadata;
      await parts.client.patch(
        placements,
        { namespace, name },
        { status: { numberOfSelectedClusters: 1 } },
        { subresource: 'status' },
      );
    }
  };
  return { ...parts, turn, stored, condition, ocm };
}

describe('reconciling a deployment', () => {
  let running: Awaited<ReturnType<typeof scene>>;
  beforeEach(async () => void (running = await scene()));
  afterEach(() => running.stop());

  it('takes hold of it first, before anything is on the hub', async () => {
    await running.turn();
    assert.deepEqual(running.writes(), ['patch workloaddeployments.spectrocloud.com/apps/web']);
    assert.deepEqual((await running.stored()).metadata.finalizers, ['spectrocloud.com/mooring']);
  });

  it('puts a Placement and the works on the hub, and says that it waits for OCM', async () => {
    await running.turn();
    running.writes();
    await running.turn();
    const written = running.writes().map((write) => write.replace(/\/hub\/.*$/, ''));
    assert.deepEqual(written, [
      'apply placements.cluster.open-cluster-management.io',
      `apply ${replicaSetKey}`,
      'apply workloaddeployments.spectrocloud.com/apps/web',
    ]);
    assert.equal((await running.condition('Rendered'))?.status, 'True');
    assert.equal((await running.condition('Applied'))?.status, 'False');
  });

  it('comes to rest: applied, and then no write at all', async () => {
    await running.turn();
    await running.turn();
    await running.ocm();
    await running.turn();
    assert.equal((await running.condition('Applied'))?.status, 'True');
    assert.deepEqual((await running.stored()).status?.selectedClusters, ['spoke1']);
    running.writes();
    await running.turn();
    assert.deepEqual(running.writes(), []);
  });

  it('keeps what is applied when the render fails', async () => {
    await running.turn();
    await running.turn();
    running.renderAs({ ok: false, reason: 'InvalidParameter', violations: [{ path: ['placement'], message: 'no' }] });
    running.writes();
    await running.turn();
    assert.equal((await running.condition('Applied'))?.reason, 'InvalidParameter');
    assert.match((await running.condition('Rendered'))?.message ?? '', /^spec\.topology\.properties\.placement: no/);
    assert.equal((await running.client.list(manifestWorkReplicaSets)).items.length, 1);
    assert.ok(running.writes().every((write) => !write.startsWith('delete')));
  });

  it('keeps what is applied when a ref is lost', async () => {
    await running.turn();
    await running.turn();
    await running.client.delete(workloadProfiles, { namespace: 'apps', name: 'web' });
    running.writes();
    await running.turn();
    assert.equal((await running.condition('Resolved'))?.reason, 'ReferenceNotFound');
    assert.equal((await running.client.list(manifestWorkReplicaSets)).items.length, 1);
    assert.ok(running.writes().every((write) => !write.startsWith('delete')));
  });

  it('never applies over what is not ours', async () => {
    await running.turn();
    await running.turn();
    const [set] = (await running.client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets)).items;
    assert.ok(set);
    const { namespace = '', name } = set.metadata;
    const annotations = { 'spectrocloud.com/deployment': 'other/thief' };
    await running.client.patch(manifestWorkReplicaSets, { namespace, name }, { metadata: { annotations } });
    running.writes();
    await running.turn();
    assert.equal((await running.condition('Applied'))?.reason, 'NameTaken');
    assert.deepEqual(
      running.writes(),
      ['apply workloaddeployments.spectrocloud.com/apps/web'],
      'the status and nothing else',
    );
  });

  it('removes what a new render no longer has only when the new one is applied (H8)', async () => {
    await running.turn();
    await running.turn();
    await running.ocm();
    await running.turn();
    const [old] = (await running.client.list(manifestWorkReplicaSets)).items;
    const moved = {
      apiVersion: 'work.open-cluster-management.io/v1alpha1',
      kind: 'ManifestWorkReplicaSet',
      metadata: { name: 'here' },
    };
    const work = { workload: { manifests: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } }] } };
    running.renderAs({
      ok: true,
      objects: [{ ...moved, spec: { placementRefs: [{ name: 'gpu' }], manifestWorkTemplate: work } }],
    });
    running.writes();
    await running.turn();
    assert.ok(
      running.writes().every((write) => !write.startsWith('delete')),
      'both are there now',
    );
    const names = (await running.client.list(manifestWorkReplicaSets)).items.map(({ metadata }) => metadata.name);
    assert.equal(names.length, 2);
    assert.ok(names.includes(old?.metadata.name ?? ''));
  });

  it('does nothing about what is gone', async () => {
    await running.client.delete(workloadDeployments, key);
    running.writes();
    await running.turn();
    assert.deepEqual(running.writes(), []);
  });
});
