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
/** The same, with the namespace left behind. */
const keptOn = (placement: string, ...more: JsonObject[]): JsonObject => {
  const orphaningRules = [{ resource: 'namespaces', name: 'shop' }, ...more];
  const deleteOption = { propagationPolicy: 'SelectivelyOrphan', selectivelyOrphans: { orphaningRules } };
  const { type, properties } = byop('hub', placement);
  const manifestWorkReplicaSet = { manifestWorkTemplate: { deleteOption } };
  return environmentSpec({ topology: { type, properties: { ...properties, manifestWorkReplicaSet } } });
};

/** A topology of one's own: what the built-in ones render, changed. */
function changedBy(change: (objects: JsonObject[]) => JsonObject[]): RenderTools['topologies'] {
  return {
    render: (template, parameter, context) =>
      Promise.resolve({ ok: true, objects: change(structuredClone(lifecycleObjects(template, parameter, context))) }),
  };
}

/** Changes the manifests in the works of a render. */
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

/** Makes works wait for OCM when they are deleted, as its finalizer does. */
async function holdWorks(): Promise<void> {
  for (const { metadata } of await scene.replicaSets()) {
    const name = { namespace: 'hub', name: metadata.name };
    await scene.client.patch(manifestWorkReplicaSets, name, { metadata: { finalizers: [cleanup] } });
  }
}

function move(name: string, namespace: string): Promise<unknown> {
  const spec = { workload: { name, namespace } };
  return scene.client.patch(workloadDeployments, key(name), { spec });
}

describe('a namespace on the spokes survives', () => {
  afterEach(() => scene.stop());

  it('a swap of Placements that is taken back while the old works are on their way out', async () => {
    await applied({ primary: on('gpu') }, [finalizedDeployment()]);
    await holdWorks();
    await scene.edit(on('cpu'));
    await scene.reconcile();
    await scene.ocm(['a', 'b'], { at: 'cpu' });
    await scene.reconcile();
    assert.deepEqual([await scene.reason(), await refs()], ['RemovingOld', ['cpu']]);
    await scene.edit(on('gpu'));
    for (let turns = 0; turns < 3; turns += 1) {
      scene.hubWrites();
      await scene.reconcile();
      assert.deepEqual([await refs(), scene.hubWrites()], [['cpu'], []], 'nothing is done until the old ones are gone');
    }
    const [old] = (await scene.replicaSets()).filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    const name = { namespace: 'hub', name: old?.metadata.name ?? '' };
    await scene.client.patch(manifestWorkReplicaSets, name, { metadata: { finalizers: [] } });
    await scene.reconcile();
    assert.deepEqual(await refs(), ['cpu', 'gpu'], 'then they are made anew');
    await scene.ocm(['a', 'b'], { at: 'gpu' });
    await scene.reconcile();
    assert.deepEqual(await refs(), ['gpu']);
  });

  describe('works that are replaced while its keeping is not applied everywhere', () => {
    it('which are not even made', async () => {
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

    it('which stay, where that came to light later', async () => {
      await applied({ primary: keptOn('gpu') }, [finalizedDeployment()]);
      await scene.edit(keptOn('cpu'));
      await scene.reconcile();
      // The agent of a cluster lost what it had applied, and OCM says so.
      await scene.ocm(['a', 'b'], { at: 'gpu', pending: ['b'] });
      await scene.ocm(['a', 'b'], { at: 'cpu' });
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), await refs()], ['NamespaceWouldBeDeleted', ['cpu', 'gpu']]);
    });
  });

  describe('an owner who is counted on', () => {
    const two = [finalizedDeployment(), finalizedDeployment({ name: 'api', environmentRef: 'other', second: 1 })];
    /** `web` and `api` own namespace shop on a and b, each by an Environment of its own. */
    async function bothApplied(specs: Record<string, JsonObject>, ...rest: [Parameters<typeof deploymentsScene>[2]?]) {
      await open(specs, two, ...rest);
      for (const name of ['web', 'api']) await scene.reconcile(name);
      await scene.ocm();
      for (const name of ['web', 'api']) await scene.reconcile(name);
      scene.hubWrites();
    }

    it('and whose deletion no cache has shown yet', async () => {
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

    it('and whose works are on their way out', async () => {
      await bothApplied({ primary: as(owned), other: on('gpu') });
      await holdWorks();
      await scene.edit(on('cpu'), { name: 'other' });
      await scene.reconcile('api');
      await scene.ocm(['z'], { at: 'cpu' });
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'RemovingOld', 'from a and b, because web owns it there');
      await move('web', 'store');
      scene.hubWrites();
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), scene.hubWrites()], ['WorkloadsWouldMove', []]);
    });

    it('and who is going, whatever is said of the conflict between the two', async () => {
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

  describe('an acknowledgement of an Environment', () => {
    const codes = 'NamespaceWouldBeDeleted,WorkloadConflict';
    const annotations = { [acknowledge]: codes, [acknowledgedRevision]: '2' };

    it('that was given for the edit, and not for what its topology comes to render later', async () => {
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
      { made: '2026-01-01T00:00:10Z', reason: 'NoClustersSelected', why: 'lets one through that was there' },
      { made: '2026-01-01T00:00:50Z', reason: 'WorkloadConflict', why: 'holds one that came later' },
    ];
    for (const { made, reason, why } of newcomers) {
      it(`and ${why}`, async () => {
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

  it('an Environment whose acknowledgement was for those who were there, and not for one who comes from another', async () => {
    const annotations = { [acknowledge]: 'NamespaceWouldBeDeleted', [acknowledgedRevision]: '2' };
    await applied({ primary: as(guest), other: as(owned) }, [finalizedDeployment({ environmentRef: 'other' })]);
    await scene.edit(environmentSpec({ lifecycle: guest, placement: { numberOfClusters: 2 } }), { annotations });
    await scene.client.patch(workloadDeployments, key('web'), { spec: { environmentRef: { name: 'primary' } } });
    await scene.reconcile();
    assert.deepEqual([await scene.reason(), scene.hubWrites()], ['NamespaceWouldBeDeleted', []]);
  });

  it('a hand-over that failed half-way, which can be mended', async () => {
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

  describe('a topology of its own', () => {
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
        what: 'that has no Workload in its work, and makes the Namespace no more',
        change: (objects) =>
          withManifests(objects, (manifests) => [
            ...manifests.filter((manifest) => isNamespace(manifest) && !changed),
            configMap('shop'),
          ]),
      },
      {
        what: 'that makes another Namespace besides, and then no more',
        change: (objects) =>
          withManifests(objects, (manifests) => [
            ...manifests,
            ...(changed ? [] : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'data' } }]),
          ]),
      },
      {
        what: 'of two works, one of which makes the Namespace no more',
        change: oneOfTwo,
      },
    ];
    for (const { what, change } of rows) {
      it(what, async () => {
        await applied({ primary: as(owned) }, [finalizedDeployment()], { topologies: changedBy(change) });
        // Both works of the third are on the same clusters, where the other one owns the namespace as well.
        const [first] = await scene.replicaSets();
        if ((await scene.replicaSets()).length > 1)
          await scene.ocm(['z'], { at: first?.spec.placementRefs[0]?.name ?? '' });
        changed = true;
        scene.hubWrites();
        await scene.reconcile();
        assert.deepEqual([await scene.reason(), scene.hubWrites()], ['NamespaceWouldBeDeleted', []]);
      });
    }

    it('may take a Namespace out of one of two works on the same clusters: the other one owns it there', async () => {
      await applied({ primary: as(owned) }, [finalizedDeployment()], {
        topologies: changedBy(oneOfTwo),
      });
      changed = true;
      await scene.reconcile();
      assert.equal(await scene.reason(), 'Applying');
    });

    it('that puts the Workload elsewhere is applied there, time and again', async () => {
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

  it('a move to an Environment that selects otherwise because it lacks a toleration', async () => {
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

  for (const touched of ['gpu', 'cpu']) {
    it(`beside one that moves out of it, as long as its old works are there (${touched} touched last)`, async () => {
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
      const set = (await scene.replicaSets()).find((work) => work.spec.placementRefs[0]?.name === touched);
      const name = { namespace: 'hub', name: set?.metadata.name ?? '' };
      const status = { summary: { total: 2 } };
      await scene.client.patch(manifestWorkReplicaSets, name, { status }, { subresource: 'status' });
      scene.hubWrites();
      await scene.reconcile('late');
      assert.deepEqual([await scene.reason('late'), scene.hubWrites()], ['NamespaceLifecycleConflict', []]);
    });
  }
});

describe('the status of a deployment whose works are replaced', () => {
  afterEach(() => scene.stop());

  it('tells of the clusters where the old ones still are, and that they wait', async () => {
    await applied({ primary: on('gpu') }, [finalizedDeployment()]);
    for (const name of ['gpu', 'cpu']) {
      const status = { numberOfSelectedClusters: name === 'gpu' ? 2 : 0 };
      await scene.client.create(placements, { ...aPlacement(), metadata: { namespace: 'hub', name }, status });
    }
    await scene.edit(on('cpu'));
    await scene.reconcile();
    const told = async () => {
      const { selectedClusters, pendingClusters } = (await scene.stored()).status ?? {};
      return [selectedClusters, pendingClusters];
    };
    assert.deepEqual(await told(), [
      ['a', 'b'],
      ['a', 'b'],
    ]);
    await scene.ocm(['b', 'c'], { at: 'cpu', pending: ['c'] });
    await scene.reconcile();
    assert.deepEqual(await told(), [
      ['a', 'b', 'c'],
      ['a', 'c'],
    ]);
  });

  it('says the same in whatever order its neighbours were touched', async () => {
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

describe('a deployment that is deleted while it waits for its turn', () => {
  afterEach(() => scene.stop());

  it('gets no works any more', async () => {
    await open({ primary: as(owned) }, [finalizedDeployment(), finalizedDeployment({ name: 'api', second: 1 })]);
    const apply = scene.client.apply.bind(scene.client);
    let deleted = false;
    scene.client.apply = async (resource, object, options) => {
      // The first one has the turn, and takes its time, so that the other one is waiting.
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
