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
  /** Its Workload on the spokes. */
  spokeNamespace?: string;
}

/** Works of a deployment with one Workload and its Namespace. */
function works({
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

describe('the works of deployments as they are on the hub', () => {
  let scene: ControllerScene;
  let applied: AppliedReplicaSets;
  beforeEach(async () => {
    scene = await controllerScene([[manifestWorkReplicaSets, works()]]);
    applied = createAppliedReplicaSets(scene.caches);
  });
  afterEach(() => scene.stop());

  const namespacesOf = (key = 'team/web') =>
    applied.of(key).map(({ spec }) => JSON.stringify(spec.manifestWorkTemplate.workload.manifests?.[0]));
  const isIn = (namespace: string) => applied.deploymentsIn(namespace).includes('team/web');
  /** What the cache is told of, past the rules of an API server. */
  const tell = async (object: KubeObject) => {
    await scene.client.replace(manifestWorkReplicaSets, object);
    await scene.caughtUp();
  };

  it('are those of the cache, with their kind', () => {
    assert.deepEqual(
      applied.of('team/web').map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ['ManifestWorkReplicaSet web'],
    );
    assert.deepEqual(applied.deploymentsIn('shop'), ['team/web']);
    assert.deepEqual([applied.of('team/api'), applied.deploymentsIn('store')], [[], []]);
    assert.equal(applied.get('hub', 'web')?.metadata.uid, 'uid-1');
  });

  it('are besides what was just written, before the cache knows', () => {
    applied.remember(works({ name: 'new', deployment: 'team/api', uid: 'uid-2', spokeNamespace: 'store' }));
    assert.equal(applied.of('team/api').length, 1);
    assert.deepEqual(applied.deploymentsIn('store'), ['team/api']);
    assert.equal(applied.get('hub', 'new')?.metadata.uid, 'uid-2');
  });

  it('are what was written in place of what the cache has still', () => {
    applied.remember(works({ generation: 2, spokeNamespace: 'store' }));
    assert.equal(namespacesOf().length, 1);
    assert.match(namespacesOf()[0] ?? '', /store/);
    assert.ok(isIn('store'));
  });

  it('names a deployment once, however many works it has there', () => {
    applied.remember(works({ name: 'second', uid: 'uid-2' }));
    assert.deepEqual(applied.deploymentsIn('shop'), ['team/web']);
    assert.equal(applied.of('team/web').length, 2);
  });

  it('are what was written until the cache shows it', async () => {
    applied.remember(works({ generation: 3, spokeNamespace: 'store' }));
    await tell(works({ spokeNamespace: 'bazaar' }));
    assert.equal(scene.caches.replicaSets.get('hub', 'web')?.metadata.generation, 2);
    assert.match(namespacesOf()[0] ?? '', /store/, 'an older event says nothing about what was written since');
    await tell(works({ spokeNamespace: 'plaza' }));
    assert.match(namespacesOf()[0] ?? '', /plaza/, 'the third generation is there');
  });

  it('are those of the cache where the event was here before the answer', async () => {
    const metadata = { ...works().metadata, labels: { later: 'yes' } };
    await tell({ ...works(), metadata });
    applied.remember(works());
    assert.deepEqual(applied.get('hub', 'web')?.metadata.labels, { later: 'yes' });
  });

  it('are not what was written and has been deleted since', async () => {
    applied.remember(works({ generation: 2 }));
    await scene.client.delete(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' });
    await scene.caughtUp();
    assert.deepEqual([applied.of('team/web'), isIn('shop'), applied.get('hub', 'web')], [[], false, undefined]);
  });

  it('are what was written in place of a namesake that is deleted', async () => {
    applied.remember(works({ uid: 'uid-2', spokeNamespace: 'store' }));
    await scene.client.delete(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' });
    await scene.caughtUp();
    assert.match(namespacesOf()[0] ?? '', /store/, 'that was the end of the one before');
  });

  it('are those of whoever took the place of what was written', async () => {
    applied.remember(works({ uid: 'uid-2', generation: 9, spokeNamespace: 'store' }));
    await scene.client.delete(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' });
    await scene.client.create(manifestWorkReplicaSets, works({ uid: 'uid-3', spokeNamespace: 'bazaar' }));
    await scene.caughtUp();
    assert.match(namespacesOf()[0] ?? '', /bazaar/);
  });

  it('are what a leader before this one wrote, which the cache has not brought yet', async () => {
    const labels = { 'spectrocloud.com/deployment-hash': 'x' };
    const labelled = (object: ManifestWorkReplicaSet) => ({ ...object, metadata: { ...object.metadata, labels } });
    const news = labelled(works({ name: 'new', deployment: 'team/api', uid: 'uid-2', spokeNamespace: 'store' }));
    const live = createMemoryClient([
      [manifestWorkReplicaSets, labelled(works())],
      [manifestWorkReplicaSets, news],
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
    assert.equal(lists.length, 2, 'once is enough, where it went well');
    assert.deepEqual(applied.deploymentsIn('store'), ['team/api']);
    assert.equal(applied.of('team/web').length, 1);
  });

  it('are on their way out once they were deleted, though the cache shows them as they were', async () => {
    const going = () => applied.of('team/web').map(({ metadata }) => metadata.deletionTimestamp !== undefined);
    applied.markDeleted(works({ uid: 'another' }));
    assert.deepEqual(going(), [false], 'that was somebody else');
    applied.markDeleted(works());
    assert.deepEqual(going(), [true]);
    await scene.client.patch(
      manifestWorkReplicaSets,
      { namespace: 'hub', name: 'web' },
      { status: { summary: {} } },
      { subresource: 'status' },
    );
    await scene.caughtUp();
    assert.deepEqual(going(), [true], 'a status that was written before says nothing of that');
    await scene.client.delete(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' });
    await scene.caughtUp();
    assert.deepEqual(applied.of('team/web'), []);
    applied.markDeleted(works());
    assert.deepEqual(applied.of('team/web'), [], 'it is gone already');
  });

  it('are not what was deleted while the hub was read', async () => {
    const labels = { 'spectrocloud.com/deployment-hash': 'x' };
    const stale = { ...works(), metadata: { ...works().metadata, labels } };
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

  it('are none where OCM is not there', async () => {
    const client: Client = {
      ...scene.client,
      list: () => Promise.reject(new ApiError('no such kind', { code: 404, reason: 'NotFound' })),
    };
    await applied.prime(client);
    const broken: Client = { ...client, list: () => Promise.reject(new ApiError('no', { code: 500, reason: 'x' })) };
    await assert.rejects(createAppliedReplicaSets(scene.caches).prime(broken));
  });

  it('are no Placements', () => {
    applied.remember({ ...works({ name: 'other', uid: 'uid-2' }), kind: 'Placement' });
    assert.equal(applied.of('team/web').length, 1);
  });
});
