import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { createAppliedReplicaSets } from '../../../src/controller/deployments/applied-replica-sets.ts';
import type { ReleaseBlock } from '../../../src/controller/deployments/release-guard.ts';
import { finalizeDeployment } from '../../../src/controller/deployments/finalize.ts';
import { identityHash } from '../../../src/domain/render/naming.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { forbidden, namespaceNamed, withHubRights } from '../../support/hub-rights.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { deployment } from '../../support/manifests.ts';
import { aPlacement } from '../../support/placements.ts';

const key = { namespace: 'apps', name: 'web' };
const backoff = { fromMs: 2000, toMs: 120_000 };

/** An object of deployment `apps/web`, or of another deployment with the same hash. */
function owned<T extends KubeObject>(object: T, owner = 'apps/web', finalizers: string[] = []): T {
  const labels = {
    'spectrocloud.com/deployment-hash': identityHash('apps/web', sha256),
    'spectrocloud.com/environment-hash': 'any',
  };
  const annotations = { 'spectrocloud.com/deployment': owner };
  return { ...object, metadata: { ...object.metadata, labels, annotations, finalizers } };
}

function withoutSpecs<T>({ items, ...list }: { items: T[]; resourceVersion: string }) {
  return { ...list, items: items.map((item) => ({ ...item, spec: undefined })) };
}

describe('finalizing a deleted deployment', () => {
  let scene: ControllerScene;
  /** The lists since the last call of `reconcile`, as `kind namespace`. */
  let lists: string[];
  let block: ReleaseBlock | undefined;
  beforeEach(() => (block = undefined));
  afterEach(() => scene.stop());

  async function deleted(onHub: [Resource, KubeObject][], status?: WorkloadDeployment['status']) {
    const object = deployment('apps');
    const metadata = {
      ...object.metadata,
      finalizers: ['spectrocloud.com/mooring'],
      deletionTimestamp: '2026-01-01T00:00:00Z',
    };
    const terminating = { ...object, metadata, ...(status === undefined ? {} : { status }) };
    scene = await controllerScene([[workloadDeployments, terminating], ...onHub]);
    const { client, caches, tools, shared } = scene;
    const original = { ...client };
    client.list = (resource, options) => {
      lists.push(`${resource.plural} ${options?.namespace ?? '*'}`);
      return original.list(resource, options);
    };
    const { writtenNamespaces, installation } = shared;
    const appliedReplicaSets = createAppliedReplicaSets(caches);
    const releaseBlock = async () => block;
    const options = { client, caches, tools, installation, appliedReplicaSets, writtenNamespaces, releaseBlock };
    const reconcile = async () => {
      await scene.caughtUp();
      const current = await client.get<WorkloadDeployment>(workloadDeployments, key);
      lists = [];
      return finalizeDeployment(current, options);
    };
    const remaining = async (resource: Resource) =>
      (await original.list(resource)).items.map(({ metadata: { name } }) => name);
    return { client, caches, writtenNamespaces, appliedReplicaSets, reconcile, remaining };
  }

  it('deletes nothing of a deployment whose deletion a restored etcd has lost', async () => {
    const { client, reconcile, remaining } = await deleted([[manifestWorkReplicaSets, owned(aReplicaSet())]]);
    const get = client.get.bind(client);
    client.get = async (resource, of, options) => {
      const found = await get(resource, of, options);
      const { deletionTimestamp: _, ...alive } = found.metadata;
      // `reconcile` reads the whole object for the cached one.
      return (options?.metadataOnly === true ? { ...found, metadata: alive } : found) as never;
    };
    await assert.rejects(reconcile(), /is not terminating/);
    assert.deepEqual(await remaining(manifestWorkReplicaSets), ['web']);
  });

  it('leaves the objects to the sweep if the deployment is gone and the cache does not show that yet', async () => {
    const { client, reconcile, remaining } = await deleted([[manifestWorkReplicaSets, owned(aReplicaSet())]]);
    const get = client.get.bind(client);
    client.get = async (resource, of, options) => {
      // `reconcile` reads the whole object for the cached one.
      if (options?.metadataOnly === true) throw new ApiError('gone', { code: 404, reason: 'NotFound' });
      return get(resource, of, options);
    };
    assert.deepEqual(await reconcile(), { backoff });
    assert.deepEqual(client.writes, []);
    assert.deepEqual(await remaining(manifestWorkReplicaSets), ['web']);
  });

  it('deletes ManifestWorkReplicaSets first, and Placements once those are gone', async () => {
    const foreground = owned(aReplicaSet(), 'apps/web', ['ocm/foreground']);
    const { client, reconcile, remaining } = await deleted([
      [manifestWorkReplicaSets, foreground],
      [placements, owned(aPlacement())],
    ]);
    assert.deepEqual(await reconcile(), { backoff });
    assert.deepEqual(
      await remaining(placements),
      ['placement'],
      'OCM stops at a ManifestWorkReplicaSet whose Placement is missing',
    );
    const { status } = await client.get<WorkloadDeployment>(workloadDeployments, key);
    assert.match(
      status?.conditions?.find(({ type }) => type === 'Deleting')?.message ?? '',
      /ManifestWorkReplicaSet hub\/web/,
    );

    await client.patch(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' }, { metadata: { finalizers: null } });
    assert.deepEqual(await reconcile(), { backoff }, 'waits for the Placement');
    assert.deepEqual(await remaining(placements), []);
    assert.equal(await reconcile(), undefined);
    assert.deepEqual(await remaining(workloadDeployments), [], 'the finalizer is removed');
  });

  it('keeps what another installation has applied', async () => {
    const foreign = <T extends KubeObject>(object: T): T => {
      const { metadata } = owned(object);
      const annotations = { ...metadata.annotations, 'spectrocloud.com/installation': 'another' };
      return { ...object, metadata: { ...metadata, annotations } };
    };
    const { reconcile, remaining } = await deleted([
      [manifestWorkReplicaSets, foreign(aReplicaSet())],
      [placements, foreign(aPlacement())],
    ]);
    assert.equal(await reconcile(), undefined);
    assert.deepEqual(await remaining(workloadDeployments), []);
    assert.deepEqual([await remaining(manifestWorkReplicaSets), await remaining(placements)], [['web'], ['placement']]);
  });

  it('deletes nothing while the deletion is blocked, and says why', async () => {
    const { client, reconcile, remaining } = await deleted([
      [manifestWorkReplicaSets, owned(aReplicaSet())],
      [placements, owned(aPlacement())],
    ]);
    const deleting = async () => {
      const { status } = await client.get<WorkloadDeployment>(workloadDeployments, key);
      return status?.conditions?.find(({ type }) => type === 'Deleting');
    };
    block = 'locked';
    assert.deepEqual(await reconcile(), { backoff: { fromMs: 5000, toMs: 30_000 } });
    assert.equal(await deleting(), undefined);
    block = { reason: 'NamespaceLifecycleConflict', message: 'Namespace shop would be deleted' };
    assert.deepEqual(await reconcile(), { backoff: { fromMs: 5000, toMs: 30_000 } });
    assert.deepEqual(await deleting(), { type: 'Deleting', status: 'True', ...block });
    assert.deepEqual([await remaining(manifestWorkReplicaSets), await remaining(placements)], [['web'], ['placement']]);
    block = undefined;
    for (let count = 0; count < 3; count += 1) await reconcile();
    assert.deepEqual(await remaining(workloadDeployments), []);
  });

  it('does not ask again whether it may delete what is terminating already', async () => {
    const { client, reconcile } = await deleted([
      [manifestWorkReplicaSets, owned(aReplicaSet(), 'apps/web', ['ocm/foreground'])],
    ]);
    await reconcile();
    block = { reason: 'UninstallNotConfirmed', message: 'no' };
    await reconcile();
    const { status } = await client.get<WorkloadDeployment>(workloadDeployments, key);
    assert.equal(status?.conditions?.find(({ type }) => type === 'Deleting')?.reason, 'Removing');
  });

  it('reads and writes nothing while it waits for an object that the cache shows', async () => {
    const { client, reconcile } = await deleted([
      [manifestWorkReplicaSets, owned(aReplicaSet(), 'apps/web', ['ocm/foreground'])],
      [placements, owned(aPlacement())],
    ]);
    await reconcile();
    assert.deepEqual(lists, ['manifestworkreplicasets *', 'placements *'], 'a new leader lists once');
    for (let round = 0; round < 3; round += 1) {
      client.writes.splice(0);
      assert.deepEqual(await reconcile(), { backoff });
      assert.deepEqual(lists, []);
      assert.deepEqual(client.writes, []);
    }
  });

  it('reads and writes nothing while it waits for Placements', async () => {
    const { client, reconcile } = await deleted([[placements, owned(aPlacement(), 'apps/web', ['example.com/hold'])]]);
    await reconcile();
    await reconcile();
    client.writes.splice(0);
    assert.deepEqual(await reconcile(), { backoff });
    assert.deepEqual(lists, []);
    assert.deepEqual(client.writes, []);
  });

  it('reads only the namespaces that the status names before the finalizer is removed', async () => {
    const replicaSets = [{ namespace: 'hub', name: 'web', conditions: [] }] as never;
    const { reconcile, remaining } = await deleted([], { replicaSets });
    await reconcile();
    assert.deepEqual(lists.slice(2), ['manifestworkreplicasets hub', 'placements hub']);
    assert.deepEqual(await remaining(workloadDeployments), []);
  });

  it('finds objects that neither a cache nor the status shows, where this leader or the one before wrote', async () => {
    const { client, caches, reconcile, remaining } = await deleted([
      [manifestWorkReplicaSets, owned(aReplicaSet())],
      [placements, owned(aPlacement())],
    ]);
    // A cache without the last writes of the previous leader.
    caches.placements.byIndex = () => [];
    caches.replicaSets.byIndex = () => [];
    assert.deepEqual(await reconcile(), { backoff });
    assert.deepEqual(await remaining(manifestWorkReplicaSets), []);
    assert.deepEqual(await remaining(placements), ['placement']);
    assert.deepEqual(await reconcile(), { backoff });
    assert.deepEqual(await remaining(placements), []);
    assert.deepEqual(await remaining(workloadDeployments), ['web']);
    await reconcile();
    assert.deepEqual(await remaining(workloadDeployments), []);
    assert.ok(client.writes.length > 0);
  });

  it('knows the whole content of what the cache lacks when it asks whether it may be deleted', async () => {
    const { client, caches, reconcile, writtenNamespaces, appliedReplicaSets } = await deleted([]);
    await appliedReplicaSets.prime(client);
    writtenNamespaces.remember(owned(aReplicaSet()));
    caches.replicaSets.byIndex = () => [];
    caches.replicaSets.get = () => undefined;
    // A list of metadata has no spec.
    const list = client.list.bind(client);
    client.list = async (resource, options) => {
      const found = await list(resource, options);
      return options?.metadataOnly === true ? withoutSpecs(found) : found;
    };
    await client.create(manifestWorkReplicaSets, owned(aReplicaSet()));
    block = { reason: 'NamespaceLifecycleConflict', message: 'no' };
    await reconcile();
    assert.deepEqual(
      appliedReplicaSets.of('apps/web').map(({ spec }) => spec.placementRefs),
      [[{ name: 'web' }]],
    );
  });

  it('finds a ManifestWorkReplicaSet that the cache lacks, in the namespace that it wrote to', async () => {
    const { caches, reconcile, remaining, writtenNamespaces } = await deleted([]);
    await writtenNamespaces.prime(scene.client, caches);
    const created = owned(aReplicaSet());
    writtenNamespaces.remember(created);
    caches.replicaSets.byIndex = () => [];
    await scene.client.create(manifestWorkReplicaSets, created);
    assert.deepEqual(await reconcile(), { backoff });
    assert.deepEqual(await remaining(manifestWorkReplicaSets), []);
  });

  it('does not delete objects that only have the same hash', async () => {
    const { reconcile, remaining } = await deleted([[placements, owned(aPlacement(), 'apps/other')]]);
    await reconcile();
    assert.deepEqual(await remaining(placements), ['placement']);
    assert.deepEqual(await remaining(workloadDeployments), []);
  });

  for (const notServed of [true, false]) {
    it(`${notServed ? 'removes' : 'keeps'} the finalizer after a 404 if OCM is ${notServed ? 'not ' : ''}served`, async () => {
      const { client, caches, reconcile, remaining } = await deleted([]);
      for (const cache of [caches.replicaSets, caches.placements]) cache.isNotServed = () => Promise.resolve(notServed);
      client.list = () => Promise.reject(new ApiError('404 page not found', { code: 404, reason: 'Unknown' }));
      const finalizing = reconcile();
      if (notServed) await finalizing;
      else await assert.rejects(finalizing, ApiError);
      assert.deepEqual(await remaining(workloadDeployments), notServed ? [] : ['web']);
    });
  }

  it('keeps the finalizer and says why while a hub namespace is not open, and goes on once it is', async () => {
    const { client, reconcile, remaining } = await deleted([
      namespaceNamed('hub'),
      [manifestWorkReplicaSets, owned(aReplicaSet())],
    ]);
    withHubRights(client, ['delete hub']);
    client.failNext('delete', forbidden());
    assert.ok(await reconcile(), 'retries');
    const { status, metadata } = await client.get<WorkloadDeployment>(workloadDeployments, key);
    const deleting = status?.conditions?.find(({ type }) => type === 'Deleting');
    assert.equal(deleting?.reason, 'HubNamespaceNotOpen');
    assert.match(deleting.message ?? '', /`mooring hub-namespace open hub --apply`/);
    assert.deepEqual(metadata.finalizers, ['spectrocloud.com/mooring']);

    assert.ok(await reconcile(), 'waits for what it has deleted');
    assert.equal(await reconcile(), undefined);
    assert.deepEqual(await remaining(workloadDeployments), []);
  });

  it('does nothing for a deployment without the finalizer', async () => {
    scene = await controllerScene([[placements, owned(aPlacement())]]);
    const appliedReplicaSets = createAppliedReplicaSets(scene.caches);
    await finalizeDeployment(deployment('apps'), {
      ...scene.shared,
      appliedReplicaSets,
      releaseBlock: async () => undefined,
    });
    assert.deepEqual(scene.client.writes, []);
  });
});
