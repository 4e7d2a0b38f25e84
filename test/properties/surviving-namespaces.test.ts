import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../src/api/ocm.ts';
import type { EffectiveLifecycle } from '../../src/api/workload-deployment.ts';
import type { RenderTools } from '../../src/domain/render/workload-render.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../support/deployments-scene.ts';
import { environmentSpec } from '../support/environment-edits.ts';
import { guest, kept, lifecycleObjects, owned } from '../support/lifecycle-topology.ts';
import { byop } from '../support/manifests.ts';
import { aPlacement } from '../support/placements.ts';

const acknowledge = 'spectrocloud.com/acknowledge';
const acknowledgedRevision = 'spectrocloud.com/acknowledged-revision';
const cleanup = 'work.open-cluster-management.io/manifest-work-cleanup';

const as = (lifecycle: EffectiveLifecycle): JsonObject => environmentSpec({ lifecycle });
const on = (placement: string): JsonObject => environmentSpec({ topology: byop('hub', placement) });
/** The same, with the namespace orphaned. */
const keptOn = (placement: string, ...more: JsonObject[]): JsonObject => {
  const orphaningRules = [{ resource: 'namespaces', name: 'shop' }, ...more];
  const deleteOption = { propagationPolicy: 'SelectivelyOrphan', selectivelyOrphans: { orphaningRules } };
  const { type, properties } = byop('hub', placement);
  const manifestWorkReplicaSet = { manifestWorkTemplate: { deleteOption } };
  return environmentSpec({ topology: { type, properties: { ...properties, manifestWorkReplicaSet } } });
};

/** A custom topology that changes what the built-in ones render. */
function changedBy(change: (objects: JsonObject[]) => JsonObject[]): RenderTools['topologies'] {
  return {
    render: (template, parameter, context) =>
      Promise.resolve({ ok: true, objects: change(structuredClone(lifecycleObjects(template, parameter, context))) }),
  };
}

/** Changes the manifests in the ManifestWorkReplicaSets of a render. */
function withManifests(objects: JsonObject[], change: (manifests: JsonObject[]) => JsonObject[]): JsonObject[] {
  return objects.map((object) => {
    if (object['kind'] !== 'ManifestWorkReplicaSet') return object;
    const template = within(within(object, 'spec'), 'manifestWorkTemplate');
    const workload = within(template, 'workload');
    workload['manifests'] = change(listIn(workload['manifests']));
    return object;
  });
}

function within(object: JsonObject, field: string): JsonObject {
  const value = object[field];
  return isJsonObject(value) ? value : assert.fail(`no ${field}`);
}

function listIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

const isNamespace = ({ kind }: JsonObject) => kind === 'Namespace';
const configMap = (namespace: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace },
});

let scene: DeploymentsScene;
const open = async (...args: Parameters<typeof deploymentsScene>) => (scene = await deploymentsScene(...args));
const key = (name: string) => ({ namespace: 'team', name });
const refs = async () =>
  (await scene.replicaSets())
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ spec }) => spec.placementRefs.map(({ name }) => name).join())
    .toSorted();

/** Applies `web` on clusters a and b. */
async function applied(...args: Parameters<typeof deploymentsScene>): Promise<void> {
  await open(...args);
  await scene.reconcile();
  await scene.ocm();
  await scene.reconcile();
  assert.equal(await scene.reason(), 'Applied');
  scene.hubWrites();
}

/** Adds the finalizer of OCM to all ManifestWorkReplicaSets, so that they stay terminating. */
async function addOcmFinalizers(): Promise<void> {
  for (const { metadata } of await scene.replicaSets()) {
    const name = { namespace: 'hub', name: metadata.name };
    await scene.client.patch(manifestWorkReplicaSets, name, { metadata: { finalizers: [cleanup] } });
  }
}

function move(name: string, namespace: string): Promise<unknown> {
  const spec = { workload: { name, namespace } };
  return scene.client.patch(workloadDeployments, key(name), { spec });
}

describe('a namespace on the spokes is not deleted', () => {
  afterEach(() => scene.stop());

  it('if a change of Placements is reverted while the replaced ManifestWorkReplicaSets are terminating', async () => {
    await applied({ primary: on('gpu') }, [finalizedDeployment()]);
    await addOcmFinalizers();
    await scene.edit(on('cpu'));
    await scene.reconcile();
    await scene.ocm(['a', 'b'], { at: 'cpu' });
    await scene.reconcile();
    assert.deepEqual([await scene.reason(), await refs()], ['RemovingOld', ['cpu']]);
    await scene.edit(on('gpu'));
    for (let count = 0; count < 3; count += 1) {
      scene.hubWrites();
      await scene.reconcile();
      assert.deepEqual(
        [await refs(), scene.hubWrites()],
        [['cpu'], []],
        'nothing is written until the terminating ones are deleted',
      );
    }
    const [old] = (await scene.replicaSets()).filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    const name = { namespace: 'hub', name: old?.metadata.name ?? '' };
    await scene.client.patch(manifestWorkReplicaSets, name, { metadata: { finalizers: [] } });
    await scene.reconcile();
    assert.deepEqual(await refs(), ['cpu', 'gpu'], 'then they are created again');
    await scene.ocm(['a', 'b'], { at: 'gpu' });
    await scene.reconcile();
    assert.deepEqual(await refs(), ['gpu']);
  });

  describe('if ManifestWorkReplicaSets are replaced before every agent has confirmed that it is orphaned', () => {
    it('because the replacements are not applied', async () => {
      await applied({ primary: on('gpu') }, [finalizedDeployment()]);
      await scene.edit(keptOn('gpu'));
      await scene.reconcile();
      await scene.ocm(['a', 'b'], { pending: ['b'] });
      await scene.edit(keptOn('cpu'));
      scene.hubWrites();
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), scene.hubWrites()], ['NamespaceWouldBeDeleted', []]);
      await scene.ocm(['a', 'b']);
      await scene.reconcile();
      assert.deepEqual(await refs(), ['cpu', 'gpu']);
    });

    it('because the replaced ones are not pruned if an agent reports that later', async () => {
      await applied({ primary: keptOn('gpu') }, [finalizedDeployment()]);
      await scene.edit(keptOn('cpu'));
      await scene.reconcile();
      // The agent of a cluster has lost what it had applied, and OCM reports it.
      await scene.ocm(['a', 'b'], { at: 'gpu', pending: ['b'] });
      await scene.ocm(['a', 'b'], { at: 'cpu' });
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), await refs()], ['NamespaceWouldBeDeleted', ['cpu', 'gpu']]);
    });
  });

  describe('if another owner seems to keep it', () => {
    const two = [finalizedDeployment(), finalizedDeployment({ name: 'api', environmentRef: 'other', second: 1 })];
    /** `web` and `api` own namespace shop on a and b. Each has an Environment of its own. */
    async function bothApplied(specs: Record<string, JsonObject>, ...rest: [Parameters<typeof deploymentsScene>[2]?]) {
      await open(specs, two, ...rest);
      for (const name of ['web', 'api']) await scene.reconcile(name);
      await scene.ocm();
      for (const name of ['web', 'api']) await scene.reconcile(name);
      scene.hubWrites();
    }

    it('but is deleted, which no cache shows yet', async () => {
      await bothApplied({ primary: as(owned), other: as(owned) });
      const { deployments } = scene.caches;
      const stale = deployments.get('team', 'api');
      const cached = deployments.get.bind(deployments);
      await scene.client.delete(workloadDeployments, key('api'));
      await move('web', 'store');
      await scene.caughtUp();
      deployments.get = (namespace, name) => (name === 'api' ? stale : cached(namespace, name));
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), scene.hubWrites()], ['WorkloadsWouldMove', []]);
    });

    it('but has terminating ManifestWorkReplicaSets', async () => {
      await bothApplied({ primary: as(owned), other: on('gpu') });
      await addOcmFinalizers();
      await scene.edit(on('cpu'), { name: 'other' });
      await scene.reconcile('api');
      await scene.ocm(['z'], { at: 'cpu' });
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'RemovingOld', 'on a and b, because web owns the namespace there');
      await move('web', 'store');
      scene.hubWrites();
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), scene.hubWrites()], ['WorkloadsWouldMove', []]);
    });

    it('but is terminating, whatever severity the conflict between the two has', async () => {
      await bothApplied(
        { primary: as(owned), other: as(owned) },
        { severities: { NamespaceLifecycleConflict: 'warn' } },
      );
      await scene.client.delete(workloadDeployments, key('api'));
      await scene.edit(as(guest));
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), scene.hubWrites()], ['NamespaceWouldBeDeleted', []]);
    });
  });

  describe('if its Environment has an acknowledgement', () => {
    const codes = 'NamespaceWouldBeDeleted,WorkloadConflict';
    const annotations = { [acknowledge]: codes, [acknowledgedRevision]: '2' };

    it('for an edit, and the topology renders something else later', async () => {
      let drops = false;
      const topologies = changedBy((objects) =>
        withManifests(objects, (manifests) => manifests.filter((manifest) => !drops || !isNamespace(manifest))),
      );
      await applied({ primary: as(kept) }, [finalizedDeployment()], { topologies });
      await scene.edit(as(owned), { annotations });
      await scene.reconcile();
      await scene.ocm();
      await scene.reconcile();
      assert.equal(await scene.reason(), 'Applied');
      drops = true;
      scene.hubWrites();
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), scene.hubWrites()], ['NamespaceWouldBeDeleted', []]);
    });

    const newcomers = [
      {
        made: '2026-01-01T00:00:10Z',
        reason: 'NoClustersSelected',
        why: 'permits a deployment that existed before the revision',
      },
      { made: '2026-01-01T00:00:50Z', reason: 'WorkloadConflict', why: 'does not permit one that was created later' },
    ];
    for (const { made, reason, why } of newcomers) {
      it(`which ${why}`, async () => {
        const late = finalizedDeployment({ name: 'late', workload: 'web', metadata: { creationTimestamp: made } });
        await applied({ primary: as(owned) }, [finalizedDeployment(), late]);
        await scene.edit(environmentSpec({ lifecycle: owned, placement: { numberOfClusters: 2 } }), {
          annotations,
          recordedAt: '2026-01-01T00:00:30Z',
        });
        await scene.reconcile('late');
        assert.equal(await scene.reason('late'), reason);
      });
    }
  });

  it('if its deployment moves to an Environment whose acknowledgement was given for the deployments that used it before', async () => {
    const annotations = { [acknowledge]: 'NamespaceWouldBeDeleted', [acknowledgedRevision]: '2' };
    await applied({ primary: as(guest), other: as(owned) }, [finalizedDeployment({ environmentRef: 'other' })]);
    await scene.edit(environmentSpec({ lifecycle: guest, placement: { numberOfClusters: 2 } }), { annotations });
    await scene.client.patch(workloadDeployments, key('web'), { spec: { environmentRef: { name: 'primary' } } });
    await scene.reconcile();
    assert.deepEqual([await scene.reason(), scene.hubWrites()], ['NamespaceWouldBeDeleted', []]);
  });

  it('if a replacement fails on one cluster, and the Environment can still be corrected', async () => {
    await applied({ primary: keptOn('gpu') }, [finalizedDeployment()]);
    await scene.edit(keptOn('cpu'));
    await scene.reconcile();
    await scene.ocm(['a', 'b'], { at: 'cpu', failing: ['b'] });
    await scene.reconcile();
    assert.equal(await scene.reason(), 'ApplyFailed');
    await scene.edit(
      keptOn('cpu', { resource: 'workloads', group: 'spectrocloud.com', namespace: 'shop', name: 'web' }),
    );
    scene.hubWrites();
    await scene.reconcile();
    assert.deepEqual(scene.hubWrites(), ['apply manifestworkreplicasets']);
  });

  describe('if a custom topology', () => {
    let changed = false;
    beforeEach(() => (changed = false));

    const oneOfTwo = (objects: JsonObject[]): JsonObject[] => {
      const second = structuredClone(objects).map((object) => {
        within(object, 'metadata')['name'] = 'second';
        if (object['kind'] === 'ManifestWorkReplicaSet') within(object, 'spec')['placementRefs'] = [{ name: 'second' }];
        return object;
      });
      return [
        ...objects,
        ...withManifests(second, (manifests) => [
          ...manifests.filter((manifest) => isNamespace(manifest) && !changed),
          configMap('shop'),
        ]),
      ];
    };
    const rows: { what: string; change: (objects: JsonObject[]) => JsonObject[] }[] = [
      {
        what: 'renders no Workload, and drops the Namespace',
        change: (objects) =>
          withManifests(objects, (manifests) => [
            ...manifests.filter((manifest) => isNamespace(manifest) && !changed),
            configMap('shop'),
          ]),
      },
      {
        what: 'renders a second Namespace, and drops it',
        change: (objects) =>
          withManifests(objects, (manifests) => [
            ...manifests,
            ...(changed ? [] : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'data' } }]),
          ]),
      },
      {
        what: 'renders two ManifestWorkReplicaSets, and drops the Namespace from one of them',
        change: oneOfTwo,
      },
    ];
    for (const { what, change } of rows) {
      it(what, async () => {
        await applied({ primary: as(owned) }, [finalizedDeployment()], { topologies: changedBy(change) });
        // Two ManifestWorkReplicaSets are on the same clusters otherwise, where either one owns the namespace.
        const [first] = await scene.replicaSets();
        if ((await scene.replicaSets()).length > 1)
          await scene.ocm(['z'], { at: first?.spec.placementRefs[0]?.name ?? '' });
        changed = true;
        scene.hubWrites();
        await scene.reconcile();
        assert.deepEqual([await scene.reason(), scene.hubWrites()], ['NamespaceWouldBeDeleted', []]);
      });
    }

    it('drops it from one of two ManifestWorkReplicaSets on the same clusters: that is applied, because the other one owns it', async () => {
      await applied({ primary: as(owned) }, [finalizedDeployment()], {
        topologies: changedBy(oneOfTwo),
      });
      changed = true;
      await scene.reconcile();
      assert.equal(await scene.reason(), 'Applying');
    });

    it('renders the Workload in another namespace: that is applied, and so is the next change', async () => {
      let image = 1;
      const topologies = changedBy((objects) =>
        withManifests(objects, (manifests) =>
          manifests.map((manifest) =>
            isNamespace(manifest)
              ? { ...manifest, metadata: { name: 'stage-shop' } }
              : { ...manifest, metadata: { name: 'web', namespace: 'stage-shop', labels: { image: String(image) } } },
          ),
        ),
      );
      await applied({ primary: as(owned) }, [finalizedDeployment()], { topologies });
      image = 2;
      await scene.reconcile();
      assert.equal(await scene.reason(), 'Applying');
    });
  });

  it('if its deployment moves to an Environment that selects other clusters because it lacks a toleration', async () => {
    const of = (placement: JsonObject) => environmentSpec({ lifecycle: owned, placement });
    const tolerations = [{ key: 'gpu', operator: 'Exists' }];
    await applied({ near: of({ numberOfClusters: 2, tolerations }), far: of({ numberOfClusters: 2 }) }, [
      finalizedDeployment({ environmentRef: 'near' }),
    ]);
    const status = { selectedClusters: ['z'] };
    await scene.client.patch(environments, key('far'), { status }, { subresource: 'status' });
    await scene.client.patch(workloadDeployments, key('web'), { spec: { environmentRef: { name: 'far' } } });
    await scene.reconcile();
    assert.deepEqual([await scene.reason(), scene.hubWrites()], ['WorkloadsWouldMove', []]);
  });

  for (const updatedLast of ['gpu', 'cpu']) {
    it(`if another deployment moves out of it and its replaced ManifestWorkReplicaSets still exist (${updatedLast} updated last)`, async () => {
      const late = finalizedDeployment({ name: 'late', environmentRef: 'other', second: 5 });
      await open({ primary: on('gpu'), other: as(guest) }, [finalizedDeployment(), late]);
      await scene.reconcile();
      await scene.ocm(['a', 'b'], { of: 'web' });
      await scene.reconcile();
      const spec = { workload: { name: 'web', namespace: 'store' } };
      const metadata = { annotations: { [acknowledge]: 'WorkloadsWouldMove' } };
      await scene.client.patch(workloadDeployments, key('web'), { metadata, spec });
      await scene.edit(on('cpu'));
      await scene.reconcile();
      assert.deepEqual(await refs(), ['cpu', 'gpu']);
      const set = (await scene.replicaSets()).find((work) => work.spec.placementRefs[0]?.name === updatedLast);
      const name = { namespace: 'hub', name: set?.metadata.name ?? '' };
      const status = { summary: { total: 2 } };
      await scene.client.patch(manifestWorkReplicaSets, name, { status }, { subresource: 'status' });
      scene.hubWrites();
      await scene.reconcile('late');
      assert.deepEqual([await scene.reason('late'), scene.hubWrites()], ['NamespaceLifecycleConflict', []]);
    });
  }
});

describe('the status of a deployment whose ManifestWorkReplicaSets are replaced', () => {
  afterEach(() => scene.stop());

  it('lists the clusters of the replaced ones as selected and as pending', async () => {
    await applied({ primary: on('gpu') }, [finalizedDeployment()]);
    for (const name of ['gpu', 'cpu']) {
      const status = { numberOfSelectedClusters: name === 'gpu' ? 2 : 0 };
      await scene.client.create(placements, { ...aPlacement(), metadata: { namespace: 'hub', name }, status });
    }
    await scene.edit(on('cpu'));
    await scene.reconcile();
    const clusters = async () => {
      const { selectedClusters, pendingClusters } = (await scene.stored()).status ?? {};
      return [selectedClusters, pendingClusters];
    };
    assert.deepEqual(await clusters(), [
      ['a', 'b'],
      ['a', 'b'],
    ]);
    await scene.ocm(['b', 'c'], { at: 'cpu', pending: ['c'] });
    await scene.reconcile();
    assert.deepEqual(await clusters(), [
      ['a', 'b', 'c'],
      ['a', 'c'],
    ]);
  });

  it('does not depend on the order in which its peers were updated', async () => {
    await open({ primary: as(owned), other: as(guest) }, [
      finalizedDeployment({ name: 'x' }),
      finalizedDeployment({ name: 'y', second: 1 }),
      finalizedDeployment({ environmentRef: 'other', second: 9 }),
    ]);
    for (const name of ['x', 'y']) await scene.reconcile(name);
    await scene.ocm();
    await scene.reconcile();
    const observed = (await scene.stored()).status;
    for (const { metadata } of (await scene.replicaSets()).toReversed()) {
      const name = { namespace: 'hub', name: metadata.name };
      const status = { summary: { total: 2 } };
      await scene.client.patch(manifestWorkReplicaSets, name, { status }, { subresource: 'status' });
      await scene.reconcile();
      assert.deepEqual((await scene.stored()).status, observed);
    }
  });
});

describe('a deployment that is deleted while it waits for the lock of its namespace', () => {
  afterEach(() => scene.stop());

  it('is not applied any more', async () => {
    await open({ primary: as(owned) }, [finalizedDeployment(), finalizedDeployment({ name: 'api', second: 1 })]);
    const apply = scene.client.apply.bind(scene.client);
    let deleted = false;
    scene.client.apply = async (resource, object, options) => {
      // The first one holds the lock for some time, so that the other one waits for it.
      if (!deleted) {
        deleted = true;
        await sleep(50);
        await scene.client.delete(workloadDeployments, key('api'));
        await scene.caughtUp();
      }
      return apply(resource, object, options);
    };
    await Promise.all([scene.reconcile(), scene.reconcile('api')]);
    assert.equal((await scene.replicaSets()).length, 1);
  });
});
