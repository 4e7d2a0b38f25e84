import assert from 'node:assert/strict';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import {
  leftOfRemovedKinds,
  otherObjectsOf,
  removedKindsBlock,
  withRemovedKinds,
} from '../../../src/controller/other-kinds/removed-kinds.ts';
import type { ApplyStep } from '../../../src/domain/status/deployment-outcome.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { configMap, configMaps } from '../../support/config-maps.ts';
import { discoveryOf } from '../../support/discovery.ts';
import { deployment } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const listed = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' };
const web: WorkloadDeployment = { ...deployment('team'), status: { otherObjects: [listed] } };

const ownedBy = (key: string): KubeObject => {
  const { metadata, ...object } = configMap('settings');
  return { ...object, metadata: { ...metadata, annotations: { 'spectrocloud.com/deployment': key } } };
};

function hub(objects: KubeObject[], served: Resource[] = [configMaps]) {
  const client = createMemoryClient(objects.map((object): [Resource, KubeObject] => [configMaps, object]));
  client.raw = discoveryOf(served);
  return client;
}

const without = { otherKinds: [] };
const cacheWith = (...objects: KubeObject[]) => ({
  otherKinds: [{ kind: configMaps, ofDeployment: () => objects }],
});

describe('objects of a kind that was removed from --topology-kind', () => {
  const rows: [why: string, objects: KubeObject[], served: Resource[], left: boolean][] = [
    ['it exists', [ownedBy('team/web')], [configMaps], true],
    ['it is gone', [], [configMaps], false],
    ['the name belongs to somebody else now', [ownedBy('team/api')], [configMaps], false],
    ['the kind is gone, which the discovery says twice', [ownedBy('team/web')], [], false],
    ['the kind has another version, so it may exist', [], [{ ...configMaps, version: 'v2' }], true],
  ];
  for (const [why, objects, served, left] of rows) {
    it(`${left ? 'count' : 'do not count'} as left if ${why}`, async () => {
      const waits: number[] = [];
      const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
      const found = await leftOfRemovedKinds(web, { client: hub(objects, served), caches: without, sleep });
      assert.deepEqual(found, left ? [listed] : []);
      assert.deepEqual(waits, served.length === 0 ? [2000] : []);
    });
  }

  it('count as left if nobody may look, and are unknown after any other error', async () => {
    const failing = (code: number) => {
      const client = hub([]);
      client.list = () => Promise.reject(new ApiError('no', { code, reason: 'No' }));
      return leftOfRemovedKinds(web, { client, caches: without });
    };
    assert.deepEqual(await failing(403), [listed]);
    await assert.rejects(failing(404), ApiError);
    await assert.rejects(failing(500), ApiError);
  });

  it('are not read as long as the kind is allowed, or without such objects', async () => {
    const client = hub([]);
    client.raw = () => Promise.reject(new Error('not now'));
    assert.deepEqual(await leftOfRemovedKinds(web, { client, caches: cacheWith() }), []);
    assert.deepEqual(await leftOfRemovedKinds(deployment('team'), { client, caches: without }), []);
  });

  it('are not those of a kind that is allowed in another version, because its cache shows them', async () => {
    for (const served of [[configMaps], [{ ...configMaps, version: 'v2' }], []]) {
      const client = hub([ownedBy('team/web')], served);
      const caches = { otherKinds: [{ kind: { ...configMaps, version: 'v2' }, ofDeployment: () => [] }] };
      assert.deepEqual(await leftOfRemovedKinds(web, { client, caches, sleep: () => Promise.resolve() }), []);
    }
  });

  it('are those of a kind of the same name in another group', async () => {
    const caches = { otherKinds: [{ kind: { ...configMaps, group: 'example.com' }, ofDeployment: () => [] }] };
    assert.deepEqual(await leftOfRemovedKinds(web, { client: hub([ownedBy('team/web')]), caches }), [listed]);
  });

  it('are read with one look at the discovery, whatever their number', async () => {
    const otherObjects = ['a', 'b', 'c', 'settings'].map((name) => ({ ...listed, name }));
    const client = hub([ownedBy('team/web')]);
    const discovery = discoveryOf([configMaps]);
    let reads = 0;
    client.raw = (method, path) => {
      reads += 1;
      return discovery(method, path);
    };
    const many: WorkloadDeployment = { ...web, status: { otherObjects } };
    assert.deepEqual(await leftOfRemovedKinds(many, { client, caches: without }), [listed]);
    const readsOfOne = 2;
    assert.equal(reads, readsOfOne);
  });

  it('are in the status with those of allowed kinds, sorted', () => {
    const cached = { ...configMap('a'), metadata: { name: 'a', namespace: 'hub' } };
    assert.deepEqual(otherObjectsOf(web, cacheWith(cached), [listed]), [
      listed,
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'hub', name: 'a' },
    ]);
  });

  it('block pruning, and nothing that comes before it', () => {
    const block = removedKindsBlock([listed]);
    assert.equal(block?.reason, 'KindNotAllowed');
    assert.match(
      block.message,
      /^ConfigMap default\/settings on the hub: .*because --topology-kind v1\/ConfigMap was removed/,
    );
    assert.equal(removedKindsBlock([]), undefined);
    const reported = {
      replicaSets: [],
      progress: { expected: 0, selectedClusters: [], unappliedClusters: [], failures: [] },
    };
    const done: ApplyStep = { kind: 'done', ...reported };
    const converging: ApplyStep = { kind: 'converging', terminating: [], isHubUpToDate: true, ...reported };
    assert.equal(withRemovedKinds(done, []), done);
    assert.equal(withRemovedKinds(converging, [listed]), converging);
    assert.deepEqual(withRemovedKinds({ ...done, unreportedSince: 1 }, [listed]), {
      kind: 'blocked',
      write: 'prune',
      block,
      ...reported,
      unreportedSince: 1,
    });
  });
});
