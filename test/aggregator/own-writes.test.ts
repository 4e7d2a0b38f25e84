import assert from 'node:assert/strict';
import { createOwnWrites } from '../../src/aggregator/own-writes.ts';

const object = (resourceVersion: string, uid = 'u') => ({
  metadata: { namespace: 'a', name: 'b', uid, resourceVersion },
});

describe('the memory of own writes', () => {
  const rows: [why: string, cached: ReturnType<typeof object>, wins: 'written' | 'cached'][] = [
    ['the cache is behind', object('9'), 'written'],
    ['the cache has caught up', object('10'), 'cached'],
    ['somebody wrote after us', object('11'), 'cached'],
    ['the object is a namesake', object('9', 'other'), 'cached'],
  ];
  for (const [why, cached, wins] of rows) {
    it(`prefers what is ${wins} when ${why}`, () => {
      const writes = createOwnWrites<ReturnType<typeof object>>();
      const written = object('10');
      writes.remember(written);
      assert.equal(writes.newest(cached), wins === 'written' ? written : cached);
    });
  }

  it('forgets a write once the cache has it', () => {
    const writes = createOwnWrites<ReturnType<typeof object>>();
    writes.remember(object('10'));
    writes.newest(object('10'));
    const older = object('9');
    assert.equal(writes.newest(older), older);
  });

  it('forgets when told to', () => {
    const writes = createOwnWrites<ReturnType<typeof object>>();
    const older = object('9');
    writes.remember(object('10'));
    writes.forget('a/b');
    assert.equal(writes.newest(older), older);
    writes.remember(object('10'));
    writes.clear();
    assert.equal(writes.newest(older), older);
  });
});
