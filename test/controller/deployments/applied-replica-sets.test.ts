import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { manifestWorkReplicaSets, type ManifestWorkReplicaSet } from '../../../src/api/ocm.ts';
import {
  createAppliedReplicaSets,
  type AppliedReplicaSets,
} from '../../../src/controller/deployments/applied-replica-sets.ts';
import type { Client } from '../../../src/kube/client/client.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

interface Options {
  name?: string;
  deployment?: string;
  uid?: string;
  generation?: number;
  /** The namespace of its Workload on the spokes. */
  spokeNamespace?: string;
}

/** A ManifestWorkReplicaSet of a deployment, with one Workload and its Namespace. */
function replicaSet({
  name = 'web',
  deployment = 'team/web',
  uid = 'uid-1',
  generation = 1,
  spokeNamespace = 'shop',
}: Options = {}): ManifestWorkReplicaSet {
  const bare = aReplicaSet(name);
  const manifests = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: spokeNamespace } },
    { apiVersion: 'spectrocloud.com/v1beta1', kind: 'Workload', metadata: { name, namespace: spokeNamespace } },
  ];
  return {
    ...bare,
    metadata: { ...bare.metadata, uid, generation, annotations: { 'spectrocloud.com/deployment': deployment } },
    spec: { ...bare.spec, manifestWorkTemplate: { workload: { manifests } } },
  };
}

describe('the ManifestWorkReplicaSets of deployments on the hub', () => {
  let scene: ControllerScene;
  let applied: AppliedReplicaSets;
  beforeEach(async () => {
    scene = await controllerScene([[manifestWorkReplicaSets, replicaSet()]]);
    applied = createAppliedReplicaSets(scene.caches);
  });
  afterEach(() => scene.stop());

  const namespacesOf = (key = 'team/web') =>
    applied.of(key).map(({ spec }) => JSON.stringify(spec.manifestWorkTemplate.workload.manifests?.[0]));
  const isIn = (namespace: string) => applied.deploymentsIn(namespace).includes('team/web');
  /** Changes an object on the hub and waits for the cache. */
  const change = async (object: KubeObject) => {
    await scene.client.replace(manifestWorkReplicaSets, object);
    await scene.caughtUp();
  };

  it('are read from the cache, with their kind', () => {
    assert.deepEqual(
      applied.of('team/web').map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ['ManifestWorkReplicaSet web'],
    );
    assert.deepEqual(applied.deploymentsIn('shop'), ['team/web']);
    assert.deepEqual([applied.of('team/api'), applied.deploymentsIn('store')], [[], []]);
    assert.equal(applied.get('hub', 'web')?.metadata.uid, 'uid-1');
  });

  it('include one that was just created and is not in the cache yet', () => {
    applied.remember(replicaSet({ name: 'new', deployment: 'team/api', uid: 'uid-2', spokeNamespace: 'store' }));
    assert.equal(applied.of('team/api').length, 1);
    assert.deepEqual(applied.deploymentsIn('store'), ['team/api']);
    assert.equal(applied.get('hub', 'new')?.metadata.uid, 'uid-2');
  });

  it('show a write instead of the older state in the cache', () => {
    applied.remember(replicaSet({ generation: 2, spokeNamespace: 'store' }));
    assert.equal(namespacesOf().length, 1);
    assert.match(namespacesOf()[0] ?? '', /store/);
    assert.ok(isIn('store'));
  });

  it('name a deployment once, however many ManifestWorkReplicaSets it has in the namespace', () => {
    applied.remember(replicaSet({ name: 'second', uid: 'uid-2' }));
    assert.deepEqual(applied.deploymentsIn('shop'), ['team/web']);
    assert.equal(applied.of('team/web').length, 2);
  });

  it('show a write until the cache shows it', async () => {
    applied.remember(replicaSet({ generation: 3, spokeNamespace: 'store' }));
    await change(replicaSet({ spokeNamespace: 'bazaar' }));
    assert.equal(scene.caches.replicaSets.get('hub', 'web')?.metadata.generation, 2);
    assert.match(namespacesOf()[0] ?? '', /store/, 'an older event does not hide the write');
    await change(replicaSet({ spokeNamespace: 'plaza' }));
    assert.match(namespacesOf()[0] ?? '', /plaza/, 'the cache shows the third generation');
  });

  it('come from the cache if the event arrived before the response to the write', async () => {
    const metadata = { ...replicaSet().metadata, labels: { later: 'yes' } };
    await change({ ...replicaSet(), metadata });
    applied.remember(replicaSet());
    assert.deepEqual(applied.get('hub', 'web')?.metadata.labels, { later: 'yes' });
  });

  it('do not include one that was written and then deleted', async () => {
    applied.remember(replicaSet({ generation: 2 }));
    await scene.client.delete(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' });
    await scene.caughtUp();
    assert.deepEqual([applied.of('team/web'), isIn('shop'), applied.get('hub', 'web')], [[], false, undefined]);
  });

  it('show a write when an earlier object with the same name is deleted', async () => {
    applied.remember(replicaSet({ uid: 'uid-2', spokeNamespace: 'store' }));
    await scene.client.delete(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' });
    await scene.caughtUp();
    assert.match(namespacesOf()[0] ?? '', /store/, 'the event is about the earlier object');
  });

  it('come from the cache if it shows another object with the name of the written one', async () => {
    applied.remember(replicaSet({ uid: 'uid-2', generation: 9, spokeNamespace: 'store' }));
    await scene.client.delete(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' });
    await scene.client.create(manifestWorkReplicaSets, replicaSet({ uid: 'uid-3', spokeNamespace: 'bazaar' }));
    await scene.caughtUp();
    assert.match(namespacesOf()[0] ?? '', /bazaar/);
  });

  it('include writes of an earlier leader that the cache does not show yet', async () => {
    const labels = { 'spectrocloud.com/deployment-hash': 'x' };
    const labelled = (object: ManifestWorkReplicaSet) => ({ ...object, metadata: { ...object.metadata, labels } });
    const created = labelled(
      replicaSet({ name: 'new', deployment: 'team/api', uid: 'uid-2', spokeNamespace: 'store' }),
    );
    const live = createMemoryClient([
      [manifestWorkReplicaSets, labelled(replicaSet())],
      [manifestWorkReplicaSets, created],
    ]);
    const lists: unknown[] = [];
    const client: Client = {
      ...live,
      list: (resource, options) => {
        lists.push(resource);
        if (lists.length === 1) return Promise.reject(new Error('not now'));
        return live.list(resource, options);
      },
    };
    await assert.rejects(applied.prime(client), /not now/);
    await Promise.all([applied.prime(client), applied.prime(client)]);
    await applied.prime(client);
    assert.equal(lists.length, 2, 'only a failed list is repeated');
    assert.deepEqual(applied.deploymentsIn('store'), ['team/api']);
    assert.equal(applied.of('team/web').length, 1);
  });

  it('are terminating after they were deleted, although the cache does not show that yet', async () => {
    const terminating = () => applied.of('team/web').map(({ metadata }) => metadata.deletionTimestamp !== undefined);
    applied.markDeleted(replicaSet({ uid: 'another' }));
    assert.deepEqual(terminating(), [false], 'another object was deleted');
    applied.markDeleted(replicaSet());
    assert.deepEqual(terminating(), [true]);
    await scene.client.patch(
      manifestWorkReplicaSets,
      { namespace: 'hub', name: 'web' },
      { status: { summary: {} } },
      { subresource: 'status' },
    );
    await scene.caughtUp();
    assert.deepEqual(terminating(), [true], 'a status update does not hide the deletion');
    await scene.client.delete(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' });
    await scene.caughtUp();
    assert.deepEqual(applied.of('team/web'), []);
    applied.markDeleted(replicaSet());
    assert.deepEqual(applied.of('team/web'), [], 'it does not exist any more');
  });

  it('do not include objects that were deleted during the list', async () => {
    const labels = { 'spectrocloud.com/deployment-hash': 'x' };
    const stale = { ...replicaSet(), metadata: { ...replicaSet().metadata, labels } };
    const client: Client = {
      ...scene.client,
      list: async () => {
        await scene.client.delete(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' });
        await scene.caughtUp();
        return { items: [stale as never], resourceVersion: '1' };
      },
    };
    await applied.prime(client);
    assert.deepEqual([applied.of('team/web'), applied.deploymentsIn('shop')], [[], []]);
  });

  it('are empty if OCM is not installed', async () => {
    const client: Client = {
      ...scene.client,
      list: () => Promise.reject(new ApiError('no such kind', { code: 404, reason: 'NotFound' })),
    };
    await assert.rejects(applied.prime(client), 'unknown until the cache has confirmed it');
    const isNotServed = scene.caches.replicaSets.isNotServed.bind(scene.caches.replicaSets);
    scene.caches.replicaSets.isNotServed = () => Promise.resolve(true);
    await createAppliedReplicaSets(scene.caches).prime(client);
    scene.caches.replicaSets.isNotServed = isNotServed;
    const broken: Client = { ...client, list: () => Promise.reject(new ApiError('no', { code: 500, reason: 'x' })) };
    await assert.rejects(createAppliedReplicaSets(scene.caches).prime(broken));
  });

  it('do not include a written Placement', () => {
    applied.remember({ ...replicaSet({ name: 'other', uid: 'uid-2' }), kind: 'Placement' });
    assert.equal(applied.of('team/web').length, 1);
  });
});
