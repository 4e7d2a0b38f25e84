import assert from 'node:assert/strict';
import type { ObjectMeta } from '../../../src/api/object.ts';
import type { Change } from '../../../src/kube/cache/object-store.ts';
import { shownByGeneration, shownByResourceVersion, WriteOverlay } from '../../../src/kube/cache/write-overlay.ts';

interface TestObject {
  metadata: ObjectMeta;
}

/** An object `a/b`. */
function object(resourceVersion: string, uid = 'u', more: Partial<ObjectMeta> = {}): TestObject {
  return { metadata: { namespace: 'a', name: 'b', uid, resourceVersion, ...more } };
}

/** An overlay without a cache that compares resource versions. */
function anOverlay(): WriteOverlay<TestObject> {
  return new WriteOverlay<TestObject>({ isShown: shownByResourceVersion });
}

/** An overlay over a cache that holds one object. */
function over(cached: TestObject | undefined): WriteOverlay<TestObject> {
  return new WriteOverlay<TestObject>({ isShown: shownByResourceVersion, cache: { get: () => cached } });
}

describe('the overlay of own writes', () => {
  const reads: [why: string, cached: TestObject, wins: 'written' | 'cached'][] = [
    ['the cache is behind', object('9'), 'written'],
    ['the cache has caught up', object('10'), 'cached'],
    ['another client wrote later', object('11'), 'cached'],
    ['the cached object is another one of the same name', object('9', 'other'), 'cached'],
  ];
  for (const [why, cached, wins] of reads) {
    it(`gives the ${wins} object if ${why}`, () => {
      const overlay = anOverlay();
      const written = object('10');
      overlay.remember(written);
      assert.equal(overlay.newest(cached), wins === 'written' ? written : cached);
    });
  }

  it('drops a write once the cache shows it', () => {
    const overlay = anOverlay();
    overlay.remember(object('10'));
    overlay.newest(object('10'));
    const older = object('9');
    assert.equal(overlay.newest(older), older);
  });

  it('drops what was written before a list of the cache, because a restored etcd may have lost it', () => {
    const overlay = anOverlay();
    const [phantom, during] = [object('10'), object('11', 'v', { name: 'c' })];
    overlay.remember(phantom);
    overlay.remember(object('9', 'v', { name: 'c' }));
    const listed = overlay.duringList();
    overlay.remember(during);
    listed();
    assert.deepEqual(overlay.list(), [during]);
  });

  it('drops one write on request, and all of them', () => {
    const overlay = anOverlay();
    const older = object('9');
    overlay.remember(object('10'));
    overlay.forget('a/b');
    assert.equal(overlay.newest(older), older);
    overlay.remember(object('10'));
    overlay.clear();
    assert.equal(overlay.newest(older), older);
  });

  it('lists again after all writes were dropped', async () => {
    const overlay = anOverlay();
    await overlay.prime(() => Promise.resolve([object('10')]));
    overlay.clear();
    const listed = object('11');
    await overlay.prime(() => Promise.resolve([listed]));
    assert.equal(overlay.get('a/b'), listed);
  });

  const changes: [why: string, change: Change<TestObject>, keeps: boolean][] = [
    ['an older event arrives', { type: 'modified', object: object('9') }, true],
    ['the event of the write arrives', { type: 'modified', object: object('10') }, false],
    ['the object was deleted', { type: 'deleted', object: object('9') }, false],
    ['an earlier object of that name was deleted', { type: 'deleted', object: object('9', 'other') }, true],
    ['another object took the name', { type: 'added', object: object('9', 'other') }, false],
  ];
  for (const [why, change, keeps] of changes) {
    it(`${keeps ? 'keeps' : 'drops'} a write when ${why}`, () => {
      const overlay = anOverlay();
      const written = object('10');
      overlay.remember(written);
      overlay.observe(change);
      assert.equal(overlay.get('a/b'), keeps ? written : undefined);
      assert.deepEqual(overlay.list(), keeps ? [written] : []);
    });
  }

  it('does not keep a write whose event arrived before the response', () => {
    const overlay = over(object('10'));
    overlay.remember(object('10'));
    assert.deepEqual(overlay.list(), []);
    overlay.remember(object('11'));
    overlay.remember(object('9', 'other'));
    assert.equal(overlay.list().length, 1, 'what the cache shows is another object');
  });

  const deletions: [why: string, cached: TestObject | undefined, deleted: TestObject, terminating: string[]][] = [
    ['it was deleted', object('9'), object('9'), ['1970-01-01T00:00:00Z']],
    ['it was terminating before', object('9', 'u', { deletionTimestamp: 'then' }), object('9'), ['then']],
    ['another one was deleted', object('9'), object('9', 'other'), []],
    ['the cache shows nothing of it', undefined, object('9'), []],
  ];
  for (const [why, cached, deleted, terminating] of deletions) {
    it(`shows ${terminating.length > 0 ? 'an object as terminating' : 'nothing'} if ${why}`, () => {
      const overlay = over(cached);
      overlay.markDeleted(deleted);
      assert.deepEqual(
        overlay.list().map(({ metadata }) => metadata.deletionTimestamp),
        terminating,
      );
    });
  }

  it('is primed once by a list', async () => {
    const overlay = over(object('9', 'cached', { name: 'cached' }));
    let lists = 0;
    const list = () => {
      lists += 1;
      return lists === 1 ? Promise.reject(new Error('not now')) : Promise.resolve([object('10')]);
    };
    await assert.rejects(overlay.prime(list), /not now/);
    await Promise.all([overlay.prime(list), overlay.prime(list)]);
    await overlay.prime(list);
    assert.equal(lists, 2, 'only a failed list is repeated');
    assert.deepEqual(overlay.list(), [object('10')]);
  });

  it('does not restore objects that were deleted during the list', async () => {
    const overlay = anOverlay();
    await overlay.prime(async () => {
      overlay.observe({ type: 'deleted', object: object('10') });
      return Promise.resolve([object('10'), object('9', 'v', { name: 'c' })]);
    });
    assert.deepEqual(
      overlay.list().map(({ metadata }) => metadata.name),
      ['c'],
    );
  });
});

describe('the generation of a written object', () => {
  const at = (generation: number | undefined, deletionTimestamp?: string): TestObject =>
    object('1', 'u', {
      ...(generation === undefined ? {} : { generation }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    });
  const rows: [why: string, written: TestObject, cached: TestObject, shown: boolean][] = [
    ['an older one does not show it', at(2), at(1), false],
    ['the same one shows it', at(2), at(2), true],
    ['a newer one shows it', at(2), at(3), true],
    ['kinds without generations are always shown', at(undefined), at(undefined), true],
    ['a state before the deletion does not show it', at(2, 'now'), at(2), false],
    ['a state after the deletion shows it', at(2, 'now'), at(2, 'now'), true],
    ['a deletion shows a write before it', at(2), at(2, 'now'), true],
  ];
  for (const [why, written, cached, shown] of rows) {
    it(`is compared: ${why}`, () => {
      assert.equal(shownByGeneration(written, cached), shown);
    });
  }
});
