import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { isReadFromHub, offlineHubReader } from '../../src/offline/hub-reader.ts';
import { ObjectStore } from '../../src/offline/object-store.ts';
import { readObject } from '../../src/offline/read-object.ts';
import { deployment } from '../support/manifests.ts';

const { signal } = new AbortController();
const ocm = 'cluster.open-cluster-management.io';
const object = (apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, ...rest },
});
const hub = object(`${ocm}/v1`, 'ManagedCluster', 'hub', { labels: { 'local-cluster': 'true' } });
const set: KubeObject & { spec: object } = { ...object(`${ocm}/v1beta2`, 'ManagedClusterSet', 'all'), spec: { a: 1 } };
const placement = object(`${ocm}/v1beta1`, 'Placement', 'here', { namespace: 'team' });

function readerOf(...objects: KubeObject[]) {
  const store = new ObjectStore();
  for (const each of objects) store.put(readObject(each));
  return offlineHubReader(store, ['shared'], () => undefined);
}

describe('the reader of an offline hub', () => {
  it('takes kinds of Open Cluster Management in any version', () => {
    for (const each of [hub, set, placement, { ...placement, apiVersion: `${ocm}/v1` }]) assert.ok(isReadFromHub(each));
    assert.equal(isReadFromHub({ ...placement, apiVersion: 'apps.example.com/v1' }), false);
    assert.equal(isReadFromHub({ ...placement, kind: 'AddOnPlacementScore' }), false);
  });

  it('finds the clusters that are the hub, and does not know them without a ManagedCluster', async () => {
    const found = await readerOf(hub, set).localClusters(signal);
    assert.deepEqual(found?.clusters, [{ name: 'hub', labels: { 'local-cluster': 'true' } }]);
    assert.deepEqual([...(found?.clusterSets ?? [])], [['all', { a: 1 }]]);
    assert.equal(await readerOf(set).localClusters(signal), undefined);
  });

  it('finds what the hub needs a namespace for', async () => {
    const reader = readerOf(hub, deployment('team'));
    const uses = await Promise.all(['shared', 'team', 'hub', 'else'].map((name) => reader.namespaceUse(name, signal)));
    assert.deepEqual(uses, ['hub-namespace', 'objects', 'cluster-namespace', undefined]);
  });

  it('finds Placements', async () => {
    const reader = readerOf(placement);
    assert.equal((await reader.placement('team', 'here', signal))?.metadata.name, 'here');
    assert.equal(await reader.placement('team', 'there', signal), undefined);
  });
});
