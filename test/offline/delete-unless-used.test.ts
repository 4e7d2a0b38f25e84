import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { deleteUnlessUsed } from '../../src/offline/delete-unless-used.ts';
import { ObjectStore } from '../../src/offline/object-store.ts';
import { recordRevision } from '../../src/offline/record-revision.ts';
import { customTopology } from '../support/custom-topology.ts';
import { requestObject } from '../support/facts.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { offlineOptions } from '../support/offline-options.ts';

const custom = environment('team', { topology: { type: 'edge' } });
const all = [customTopology('edge', ''), custom, profile('team'), deployment('team')];

function storeOf(...objects: KubeObject[]): ObjectStore {
  const store = new ObjectStore();
  for (const object of objects) store.put(requestObject(object));
  for (const object of store.list()) recordRevision(object, store, offlineOptions.hash);
  return store;
}

describe('a deletion offline', () => {
  const remove = async (store: ObjectStore, kind: string, name: string, namespace = 'team') => {
    const object = store.get(kind, namespace, name) ?? assert.fail(`${kind} ${name} is gone`);
    await deleteUnlessUsed(object, store, offlineOptions);
  };
  const left = (store: ObjectStore) => store.list().map(({ kind }) => kind);

  it('keeps a definition in use, with its revisions, until its last user is gone', async () => {
    const store = storeOf(...all);
    await remove(store, 'Environment', 'primary');
    await remove(store, 'PolicyDefinition', 'edge', 'mural-system');
    await remove(store, 'WorkloadProfile', 'web');
    assert.equal(store.get('Environment', 'team', 'primary')?.metadata.deletionTimestamp, '1970-01-01T00:00:00Z');
    assert.ok(left(store).includes('DefinitionRevision'));
    await remove(store, 'WorkloadDeployment', 'web');
    assert.deepEqual(left(store), []);
  });

  it('removes what nothing uses at once', async () => {
    const store = storeOf(environment('team'), environment('team', { name: 'other' }));
    await remove(store, 'Environment', 'primary');
    assert.deepEqual(left(store), ['Environment', 'DefinitionRevision']);
  });

  it('removes a used definition at once if that is acknowledged', async () => {
    const annotations = { 'spectrocloud.com/acknowledge': 'InUse' };
    const store = storeOf(environment('team', { annotations }), profile('team'), deployment('team'));
    await remove(store, 'Environment', 'primary');
    assert.equal(store.get('Environment', 'team', 'primary'), undefined);
  });
});
