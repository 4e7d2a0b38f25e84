import assert from 'node:assert/strict';
import { type Change, ObjectStore } from '../../../src/kube/cache/object-store.ts';
import { configMap, type ConfigMap } from '../../support/config-maps.ts';

describe('ObjectStore', () => {
  let store: ObjectStore<ConfigMap>;
  beforeEach(() => {
    store = new ObjectStore({ owners });
  });

  it('finds objects by namespace and name', () => {
    store.put(configMap('a'));
    assert.equal(store.get('default', 'a')?.metadata.name, 'a');
    assert.equal(store.get('other', 'a'), undefined);
    assert.equal(store.get(undefined, 'a'), undefined);
  });

  it('finds objects by each of their index keys, until these change', () => {
    store.put(configMap('a', '1', { data: { owners: 'x,y' } }));
    store.put(configMap('b', '1', { data: { owners: 'y' } }));
    const under = (key: string) => store.byIndex('owners', key).map(({ metadata }) => metadata.name);
    assert.deepEqual([under('x'), under('y'), under('z')], [['a'], ['a', 'b'], []]);
    store.put(configMap('a', '2', { data: { owners: 'z' } }));
    store.delete(configMap('b'));
    assert.deepEqual([under('x'), under('y'), under('z')], [[], [], ['a']]);
  });

  it('returns the type of each change', () => {
    assert.deepEqual(typesOf(store.put(configMap('a'))), ['added a']);
    assert.deepEqual(typesOf(store.put(configMap('a', '2'))), ['modified a']);
    assert.deepEqual(typesOf(store.delete(configMap('a', '3'))), ['deleted a']);
    assert.deepEqual(typesOf(store.delete(configMap('a', '3'))), []);
  });

  it('treats an object with another uid as a new one', () => {
    store.put(configMap('a'));
    assert.deepEqual(typesOf(store.put(configMap('a', '2', { uid: 'new' }))), ['deleted a', 'added a']);
  });

  it('takes over the objects of a list, and returns only the differences', () => {
    for (const name of ['removed', 'same', 'newer', 'replaced']) store.put(configMap(name));
    const changes = store.replaceAll([
      configMap('same'),
      configMap('newer', '2'),
      configMap('replaced', '2', { uid: 'new' }),
      configMap('new'),
    ]);
    assert.deepEqual(typesOf(changes), [
      'deleted removed',
      'modified newer',
      'deleted replaced',
      'added replaced',
      'added new',
    ]);
    assert.equal(store.list().length, 4);
  });

  it('takes an object of a list with the same resourceVersion and other content for a change', () => {
    store.put(configMap('a', '1', { data: { owners: 'x' } }));
    assert.deepEqual(typesOf(store.replaceAll([configMap('a', '1', { data: { owners: 'y' } })])), ['modified a']);
    assert.equal(store.byIndex('owners', 'y').length, 1);
  });
});

function owners({ data }: ConfigMap): string[] {
  return (data?.['owners'] ?? '').split(',').filter((owner) => owner !== '');
}

function typesOf(changes: Change<ConfigMap>[]): string[] {
  return changes.map(({ type, object }) => `${type} ${object.metadata.name}`);
}
