import assert from 'node:assert/strict';
import { ObjectStore } from '../../src/offline/object-store.ts';
import { editedEnvironment, environmentSpec } from '../support/environment-edits.ts';
import { requestObject } from '../support/facts.ts';
import { environment, profile } from '../support/manifests.ts';

function storeOf(...objects: Parameters<typeof requestObject>[0][]): ObjectStore {
  const store = new ObjectStore();
  for (const object of objects) store.put(requestObject(object));
  return store;
}

const keys = (store: ObjectStore) => store.list().map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('the objects of an offline hub', () => {
  it('are found by kind, namespace and name', () => {
    const store = storeOf(environment('team'), profile('team'));
    assert.equal(store.get('Environment', 'team', 'primary')?.kind, 'Environment');
    assert.equal(store.get('Environment', 'other', 'primary'), undefined);
    assert.equal(store.get('WorkloadProfile', 'team', 'primary'), undefined);
  });

  it('are replaced by an object of the same name', () => {
    const store = storeOf(environment('team'), environment('team', { labels: { a: 'b' } }));
    assert.deepEqual(
      store.list().map(({ metadata }) => metadata.labels),
      [{ a: 'b' }],
    );
  });

  it('are removed together with their DefinitionRevisions, and no others', () => {
    const [first, second] = ['primary', 'second'].map(
      (name) => editedEnvironment([environmentSpec({ topology: { type: 'topology-ocm' } })], { name }).objects,
    );
    const store = storeOf(...(first ?? []), ...(second ?? []));
    store.remove(store.get('Environment', 'team', 'primary') ?? assert.fail());
    assert.deepEqual(keys(store).toSorted(), ['DefinitionRevision environment.second.v1', 'Environment second']);
  });

  it('are listed as a copy', () => {
    const store = storeOf(environment('team'));
    store.list().pop();
    assert.equal(store.list().length, 1);
  });
});
