import assert from 'node:assert/strict';
import type { ObjectMeta } from '../../src/api/object.ts';
import { HistorySizes, noHistory } from '../../src/catalog/history-sizes.ts';
import { ObjectStore } from '../../src/kube/cache/object-store.ts';
import type { RecordedRevision } from '../../src/catalog/stores/cached.ts';
import type { Change } from '../../src/kube/cache/object-store.ts';

function revision(name: string, number: number, bytes: number, metadata: Partial<ObjectMeta> = {}): RecordedRevision {
  const { annotations, ...rest } = metadata;
  return {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'DefinitionRevision',
    metadata: {
      namespace: 'team',
      name: `environment.${name}.v${number}`,
      uid: `${name}-${number}`,
      labels: { 'spectrocloud.com/kind': 'Environment', 'spectrocloud.com/name': name },
      annotations: { 'spectrocloud.com/content-bytes': String(bytes), ...annotations },
      ...rest,
    },
  };
}

/** Sizes that see what a cache with this content sees. */
function watched() {
  const store = new ObjectStore<RecordedRevision>({});
  let notify: (change: Change<RecordedRevision>) => void = () => undefined;
  const sizes = new HistorySizes({ subscribe: (handler) => void (notify = handler) });
  return {
    sizes,
    put: (object: RecordedRevision) => store.put(object).forEach((change) => notify(change)),
    delete: (object: RecordedRevision) => store.delete(object).forEach((change) => notify(change)),
  };
}

const retiring = { annotations: { 'spectrocloud.com/retiring': '2026-01-01T00:00:00Z' } };

describe('the sizes of histories', () => {
  it('are sums by object and by namespace', () => {
    const { sizes, put } = watched();
    put(revision('a', 1, 10));
    put(revision('a', 2, 20));
    put(revision('b', 1, 5));
    put(revision('c', 1, 7, { namespace: 'other' }));
    const { stored, kept, objects } = sizes.of('team');
    assert.deepEqual({ stored, kept }, { stored: 35, kept: 35 });
    assert.deepEqual(objects.get('Environment/team/a'), { stored: 30, kept: 30 });
    assert.equal(sizes.of('other').stored, 7);
    assert.equal(sizes.of('empty'), noHistory);
  });

  it('count what is about to be pruned or terminating as stored, not as kept', () => {
    const { sizes, put } = watched();
    put(revision('a', 1, 10));
    put(revision('a', 1, 10, retiring));
    put(revision('a', 2, 20));
    put(revision('a', 2, 20, { deletionTimestamp: '2026-01-01T00:00:00Z' }));
    const { stored, kept } = sizes.of('team');
    assert.deepEqual({ stored, kept }, { stored: 30, kept: 0 });
  });

  it('forget what is deleted, as it was last seen', () => {
    const { sizes, put, delete: remove } = watched();
    put(revision('a', 1, 10));
    put(revision('b', 1, 5));
    remove(revision('a', 1, 99, retiring));
    assert.deepEqual([...sizes.of('team').objects], [['Environment/team/b', { stored: 5, kept: 5 }]]);
    remove(revision('b', 1, 5));
    assert.equal(sizes.of('team'), noHistory);
  });

  it('ignore what belongs to no object', () => {
    const { sizes, put } = watched();
    put(revision('a', 1, 10, { labels: {} }));
    assert.equal(sizes.of('team'), noHistory);
  });
});
