import assert from 'node:assert/strict';
import { environments, workloadDeployments, workloadProfiles } from '../../../src/api/kinds.ts';
import {
  manifestWorkReplicaSets,
  manifestWorks,
  placements,
  type ManifestWorkReplicaSet,
} from '../../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { environmentRevisionAnnotation, workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import { createAppliedReplicaSets } from '../../../src/controller/deployments/applied-replica-sets.ts';
import { createDeploymentReconcile } from '../../../src/controller/deployments/reconcile.ts';
import { namespaces } from '../../../src/kube/objects/namespaces.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { controllerScene, simpleRender } from '../../support/controller-scene.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { stampedAs } from '../../support/facts.ts';
import { hubNamespace } from '../../support/hub-namespaces.ts';
import { guest, kept, lifecycleTopologies, owned } from '../../support/lifecycle-topology.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import { aPlacement } from '../../support/placements.ts';

const now = Date.parse('2026-01-01T00:01:00Z');
const key = { namespace: 'apps', name: 'web' };
const replicaSetKey = 'manifestworkreplicasets.work.open-cluster-management.io';

async function scene() {
  const bare = deployment('apps', { environmentRef: 'primary', spokeNamespace: 'web' });
  const made = { ...bare, metadata: { ...bare.metadata, annotations: stamps } };
  const parts = await controllerScene([
    [workloadDeployments, made],
    [namespaces, hubNamespace('apps', 'web')],
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
  const reconcileKey = createDeploymentReconcile({
    ...parts.shared,
    log: parts.log,
    severities: {},
    now: () => now,
    reservationMs: 300_000,
    appliedReplicaSets: createAppliedReplicaSets(parts.caches),
    requeue: () => undefined,
  });
  const reconcile = async () => {
    await parts.caughtUp();
    const result = await reconcileKey('apps/web', new AbortController().signal);
    await parts.caughtUp();
    return result;
  };
  const stored = () => parts.client.get<WorkloadDeployment>(workloadDeployments, key);
  const condition = async (type: string) => (await stored()).status?.conditions?.find((item) => item.type === type);
  /** Acts as OCM for new ManifestWorkReplicaSets: creates a ManifestWork on cluster `spoke1` and reports it as applied. */
  const ocm = async () => {
    const { items } = await parts.client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets);
    for (const set of items) {
      const { namespace = '', name } = set.metadata;
      if (set.status !== undefined) continue;
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
  return { ...parts, reconcile, stored, condition, ocm };
}

/** The annotations that admission adds to a deployment. */
const stamps = {
  [environmentRevisionAnnotation]: 'apps/primary@v1',
  [workloadProfileRevisionAnnotation]: 'apps/web@v1',
};

/** An object as it is stored by an API server whose schema does not have the field `unknown`. */
function pruned<T>(object: T): T {
  return JSON.parse(JSON.stringify(object, (field, value: unknown) => (field === 'unknown' ? undefined : value)));
}

describe('reconciling a deployment', () => {
  let running: Awaited<ReturnType<typeof scene>>;
  beforeEach(async () => void (running = await scene()));
  afterEach(() => running.stop());

  it('adds the finalizer first, before anything is on the hub', async () => {
    await running.reconcile();
    assert.deepEqual(running.writes(), ['patch workloaddeployments.spectrocloud.com/apps/web']);
    assert.deepEqual((await running.stored()).metadata.finalizers, ['spectrocloud.com/mooring']);
  });

  it('applies a Placement and a ManifestWorkReplicaSet, and reports that it waits for OCM', async () => {
    await running.reconcile();
    running.writes();
    await running.reconcile();
    const written = running.writes().map((write) => write.replace(/\/hub\/.*$/, ''));
    assert.deepEqual(written, [
      'apply placements.cluster.open-cluster-management.io',
      `apply ${replicaSetKey}`,
      'apply workloaddeployments.spectrocloud.com/apps/web',
    ]);
    assert.equal((await running.condition('Rendered'))?.status, 'True');
    assert.equal((await running.condition('Applied'))?.status, 'False');
  });

  it('becomes stable: once applied, it writes nothing', async () => {
    await running.reconcile();
    await running.reconcile();
    await running.ocm();
    await running.reconcile();
    assert.equal((await running.condition('Applied'))?.status, 'True');
    assert.deepEqual((await running.stored()).status?.selectedClusters, ['spoke1']);
    running.writes();
    await running.reconcile();
    assert.deepEqual(running.writes(), []);
  });

  it('marks its objects with its uid, and adopts those of a deployment of the same name that was there before', async () => {
    const { client, reconcile, ocm, stored } = running;
    const resources = [placements, manifestWorkReplicaSets];
    const marks = async () => {
      const items = (await Promise.all(resources.map((resource) => client.list(resource)))).flatMap(
        (list) => list.items,
      );
      return items.map(({ metadata: { annotations = {} } }) =>
        ['deployment-uid', 'installation', 'render-hash'].map((name) => annotations[`spectrocloud.com/${name}`]),
      );
    };
    await reconcile();
    await reconcile();
    const { uid } = (await stored()).metadata;
    const marked = await marks();
    assert.equal(marked.length, 2);
    for (const [deploymentUid, installation] of marked) {
      assert.deepEqual([deploymentUid, installation], [uid, 'installation']);
    }
    for (const previous of ['another', null]) {
      for (const resource of resources) {
        const annotations = { 'spectrocloud.com/deployment-uid': previous, 'spectrocloud.com/installation': previous };
        for (const { metadata } of (await client.list(resource)).items) {
          await client.patch(resource, metadata, { metadata: { annotations } });
        }
      }
      await ocm();
      await reconcile();
      assert.deepEqual(await marks(), marked);
    }
    assert.ok(!running.writes().some((write) => write.startsWith('delete')));
  });

  it('deletes nothing if the render fails', async () => {
    await running.reconcile();
    await running.reconcile();
    running.renderAs({ ok: false, reason: 'InvalidParameter', violations: [{ path: ['placement'], message: 'no' }] });
    running.writes();
    await running.reconcile();
    assert.equal((await running.condition('Applied'))?.reason, 'InvalidParameter');
    assert.match((await running.condition('Rendered'))?.message ?? '', /^spec\.topology\.properties\.placement: no/);
    assert.equal((await running.client.list(manifestWorkReplicaSets)).items.length, 1);
    assert.ok(running.writes().every((write) => !write.startsWith('delete')));
  });

  for (const reason of ['DeadlineExceeded', 'OutOfMemory', 'EngineFailed'] as const) {
    it(`retries a render that failed with ${reason}: no watch event follows when it would succeed`, async () => {
      await running.reconcile();
      running.renderAs({ ok: false, reason, violations: [] });
      assert.deepEqual(await running.reconcile(), { backoff: { fromMs: 10_000, toMs: 120_000 } });
      running.renderAs({ ok: false, reason: 'InvalidParameter', violations: [] });
      assert.equal(await running.reconcile(), undefined, 'the same properties fail again');
    });
  }

  it('reports the lifecycle that is applied, not that of a render that the hub rejected', async () => {
    await running.reconcile();
    await running.reconcile();
    const before = (await running.stored()).status?.effectiveLifecycle;
    assert.equal(before?.workload.orphan, false);
    const deleteOption = { propagationPolicy: 'Orphan' };
    const [placement, work] = simpleRender({}, []);
    assert.ok(placement && work);
    const spec = { placementRefs: [], manifestWorkTemplate: { workload: { manifests: [] }, deleteOption } };
    running.renderAs({ ok: true, objects: [placement, { ...work, spec }] });
    running.client.failNext('apply', new ApiError('no', { code: 422, reason: 'Invalid' }));
    await running.reconcile();
    assert.equal((await running.condition('Applied'))?.reason, 'RefusedByHub');
    assert.deepEqual((await running.stored()).status?.effectiveLifecycle, before);
  });

  it('becomes stable and prunes, even if the API server drops fields of an applied object', async () => {
    await running.reconcile();
    await running.reconcile();
    await running.ocm();
    await running.reconcile();
    const apply = running.client.apply.bind(running.client);
    running.client.apply = (resource, object, options) =>
      apply(resource, resource.plural === 'manifestworkreplicasets' ? pruned(object) : object, options);
    const [, work] = simpleRender({}, []);
    const [present] = (await running.client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets)).items;
    assert.ok(work && present);
    // The manifests stay the same, otherwise a rule would block the write.
    const { workload } = JSON.parse(JSON.stringify(present.spec.manifestWorkTemplate));
    const spec = { placementRefs: [{ name: 'gpu' }], manifestWorkTemplate: { workload } };
    running.renderAs({ ok: true, objects: [{ ...work, spec: { ...spec, unknown: 1 } }] });
    await running.reconcile();
    await running.client.create(placements, aPlacement({ name: 'gpu', reason: 'AllDecisionsScheduled' }));
    await running.ocm();
    for (let count = 0; count < 4; count += 1) await running.reconcile();
    const sets = (await running.client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets)).items;
    assert.deepEqual(
      sets.map((set) => set.spec.placementRefs.map(({ name }) => name)),
      [['gpu']],
      'the old one is gone',
    );
    running.writes();
    await running.reconcile();
    assert.deepEqual(running.writes(), []);
  });

  it('deletes nothing if a ref cannot be resolved any more', async () => {
    await running.reconcile();
    await running.reconcile();
    await running.client.delete(workloadProfiles, { namespace: 'apps', name: 'web' });
    running.writes();
    await running.reconcile();
    assert.equal((await running.condition('Resolved'))?.reason, 'ReferenceNotFound');
    assert.equal((await running.client.list(manifestWorkReplicaSets)).items.length, 1);
    assert.ok(running.writes().every((write) => !write.startsWith('delete')));
  });

  it('does not overwrite an object of another owner', async () => {
    await running.reconcile();
    await running.reconcile();
    const [set] = (await running.client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets)).items;
    assert.ok(set);
    const { namespace = '', name } = set.metadata;
    const annotations = { 'spectrocloud.com/deployment': 'other/thief' };
    await running.client.patch(manifestWorkReplicaSets, { namespace, name }, { metadata: { annotations } });
    running.writes();
    await running.reconcile();
    assert.equal((await running.condition('Applied'))?.reason, 'NameTaken');
    assert.deepEqual(
      running.writes(),
      ['apply workloaddeployments.spectrocloud.com/apps/web'],
      'the status and nothing else',
    );
  });

  it('prunes objects that a new render does not contain, but only after the new render is applied (H8)', async () => {
    await running.reconcile();
    await running.reconcile();
    await running.ocm();
    await running.reconcile();
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
    await running.reconcile();
    assert.ok(
      running.writes().every((write) => !write.startsWith('delete')),
      'nothing is deleted yet',
    );
    const names = (await running.client.list(manifestWorkReplicaSets)).items.map(({ metadata }) => metadata.name);
    assert.equal(names.length, 2);
    assert.ok(names.includes(old?.metadata.name ?? ''));
  });

  it('does nothing for a deployment that does not exist', async () => {
    await running.client.delete(workloadDeployments, key);
    running.writes();
    await running.reconcile();
    assert.deepEqual(running.writes(), []);
  });
});

describe('reconciling a deployment that a rule blocks', () => {
  let running: DeploymentsScene;
  afterEach(() => running.stop());

  const condition = async (name = 'web', type = 'Applied') =>
    (await running.stored(name)).status?.conditions?.find((item) => item.type === type);

  /** Deployment `web` is applied; then its Environment stops creating the namespace (H1). */
  async function blocked() {
    running = await deploymentsScene({ primary: environmentSpec({ lifecycle: owned }) }, [finalizedDeployment()]);
    await running.reconcile();
    await running.ocm();
    await running.reconcile();
    await running.edit(environmentSpec({ lifecycle: guest }));
    await running.reconcile();
  }

  it('reports the code of the rule, and that the applied objects stay unchanged', async () => {
    await blocked();
    const { status, reason, message = '' } = (await condition()) ?? {};
    assert.deepEqual([status, reason], ['False', 'NamespaceWouldBeDeleted']);
    assert.match(message, /Namespace shop on a, b would be deleted .*; the applied objects stay unchanged$/);
    assert.equal((await condition('web', 'Rendered'))?.status, 'True');
  });

  it('reports the lifecycle and the clusters that are applied', async () => {
    await blocked();
    const { status } = await running.stored();
    assert.deepEqual(status?.effectiveLifecycle, owned);
    assert.deepEqual([status.selectedClusters, status.pendingClusters], [['a', 'b'], []]);
    assert.equal(status.replicaSets?.length, 1);
  });

  it('becomes stable: the same status is written once', async () => {
    await blocked();
    running.client.writes.splice(0);
    await running.reconcile();
    assert.deepEqual(running.client.writes, []);
  });

  it('continues once no rule denies the write', async () => {
    await blocked();
    await running.edit(environmentSpec({ lifecycle: kept }));
    await running.reconcile();
    await running.ocm();
    await running.reconcile();
    assert.equal((await condition())?.reason, 'Applied');
    assert.deepEqual((await running.stored()).status?.effectiveLifecycle, kept);
  });

  it('reports nothing as applied if its first write is blocked', async () => {
    const web = finalizedDeployment();
    const api = finalizedDeployment({ name: 'api', workload: 'web', second: 1 });
    running = await deploymentsScene({ primary: environmentSpec({ lifecycle: owned }) }, [web, api]);
    await running.reconcile();
    assert.deepEqual(await running.reconcile('api'), { backoff: { fromMs: 10_000, toMs: 120_000 } });
    const { status } = await running.stored('api');
    assert.equal((await condition('api'))?.reason, 'WorkloadConflict');
    assert.equal(status?.effectiveLifecycle, undefined);
    assert.deepEqual([status?.selectedClusters, status?.replicaSets], [[], []]);
  });

  it('reports a name conflict before a rule, because nothing is written in that case anyway', async () => {
    await blocked();
    const [set] = await running.replicaSets();
    const name = set?.metadata.name ?? '';
    const annotations = { 'spectrocloud.com/deployment': 'other/thief' };
    await running.client.patch(manifestWorkReplicaSets, { namespace: 'hub', name }, { metadata: { annotations } });
    await running.reconcile();
    assert.equal((await condition())?.reason, 'NameTaken');
  });
});

describe('reconciling a deployment whose topology does not render a ManifestWorkReplicaSet any more', () => {
  it('reports what is applied: its lifecycle, its names and its clusters', async () => {
    const { topologies } = lifecycleTopologies();
    let isPlacementOnly = false;
    const running = await deploymentsScene(
      { primary: environmentSpec({ lifecycle: owned }) },
      [finalizedDeployment()],
      {
        topologies: {
          render: async (...args) => {
            const result = await topologies.render(...args);
            if (!isPlacementOnly || !result.ok) return result;
            return { ok: true, objects: result.objects.filter(({ kind }) => kind === 'Placement') };
          },
        },
      },
    );
    try {
      await running.reconcile();
      await running.ocm();
      await running.reconcile();
      isPlacementOnly = true;
      await running.reconcile();
      const { status } = await running.stored();
      const applied = status?.conditions?.find(({ type }) => type === 'Applied');
      assert.equal(applied?.reason, 'NoWorksRendered');
      assert.match(applied.message ?? '', /; what was applied before stays on a, b$/);
      assert.deepEqual(status?.effectiveLifecycle, owned);
      assert.deepEqual(status.workload, { namespace: 'shop', name: 'web' });
      assert.deepEqual(status.selectedClusters, ['a', 'b']);
      assert.equal((await running.replicaSets()).length, 1, 'it is not pruned');
    } finally {
      await running.stop();
    }
  });
});

describe('reconciling deployments of one namespace on the spokes', () => {
  let running: DeploymentsScene;
  afterEach(() => running.stop());

  it('does not wait while another one is applied, and is requeued in order of age when that one is done', async () => {
    const names = ['first', 'young', 'old'];
    running = await deploymentsScene(
      { primary: environmentSpec({ lifecycle: owned }) },
      names.map((name, index) => finalizedDeployment({ name, second: [0, 9, 5][index] ?? 0 })),
    );
    const original = { ...running.client };
    const { promise, resolve } = Promise.withResolvers<void>();
    running.client.apply = async (...args) => {
      await promise;
      return original.apply(...args);
    };
    const first = running.reconcile('first');
    await running.caughtUp();
    await running.caughtUp();
    const waits = { backoff: { fromMs: 30_000, toMs: 120_000 } };
    assert.deepEqual(await running.reconcile('young'), waits);
    assert.deepEqual(await running.reconcile('old'), waits);
    assert.deepEqual(running.requeued, []);
    resolve();
    await first;
    assert.deepEqual(running.requeued, ['team/old']);
    assert.deepEqual(await running.reconcile('young'), waits, 'the older one is first');
    await running.reconcile('old');
    assert.deepEqual(running.requeued, ['team/old', 'team/young']);
    await running.reconcile('young');
    assert.equal((await running.replicaSets()).length, 3);
  });

  it('holds no lock while CUE is busy, and applies nothing to a deployment that changes meanwhile', async () => {
    const { topologies } = lifecycleTopologies();
    const busy = Promise.withResolvers<void>();
    let isBusy = true;
    running = await deploymentsScene(
      { primary: environmentSpec({ lifecycle: owned }) },
      [finalizedDeployment({ name: 'first' }), finalizedDeployment({ name: 'second', second: 1 })],
      {
        topologies: {
          ...topologies,
          async render(...args) {
            if (isBusy) await busy.promise;
            return topologies.render(...args);
          },
        },
      },
    );
    const first = running.reconcile('first');
    await running.caughtUp();
    await running.caughtUp();
    isBusy = false;
    await running.reconcile('second');
    assert.equal((await running.replicaSets()).length, 1, 'the second one has its lock');
    await running.client.delete(workloadDeployments, { namespace: 'team', name: 'first' });
    await running.caughtUp();
    busy.resolve();
    assert.equal(await first, undefined);
    assert.equal((await running.replicaSets()).length, 1, 'the first one is being deleted');
  });
});
