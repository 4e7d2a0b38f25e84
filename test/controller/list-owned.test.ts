import assert from 'node:assert/strict';
import { placements } from '../../src/api/ocm.ts';
import { deleteAll, listOwned } from '../../src/controller/list-owned.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { aPlacement } from '../support/placements.ts';

function placement(name: string, hash: string, owner: string) {
  const made = aPlacement({ name });
  const metadata = { ...made.metadata, labels: { hash }, annotations: { owner } };
  return { ...made, metadata };
}

const cacheThatSays = (notServed: boolean) => ({ isNotServed: () => Promise.resolve(notServed) });
const selection = {
  cache: cacheThatSays(false),
  namespaces: ['hub'],
  labelSelector: 'hash=x',
  isOwn: ({ metadata }: { metadata: { annotations?: Record<string, string> } }) =>
    metadata.annotations?.['owner'] === 'me',
};
const failing = (code: number) => ({
  ...createMemoryClient(),
  list: () => Promise.reject(new ApiError('no', { code, reason: 'No' })),
});

describe('the owned objects, read live', () => {
  it('have both the hash and the identity', async () => {
    const client = createMemoryClient([
      [placements, placement('mine', 'x', 'me')],
      [placements, placement('same-hash', 'x', 'other')],
      [placements, placement('no-hash', 'y', 'me')],
    ]);
    const own = await listOwned(client, placements, selection);
    assert.deepEqual(
      own.map(({ metadata }) => metadata.name),
      ['mine'],
    );
  });

  it('are empty if the kind is not installed', async () => {
    const cache = cacheThatSays(true);
    assert.deepEqual(await listOwned(failing(404), placements, { ...selection, cache }), []);
  });

  it('are unknown after a 404 of a kind that is served', async () => {
    await assert.rejects(listOwned(failing(404), placements, selection), ApiError);
  });

  it('cause an error while the API server fails', async () => {
    await assert.rejects(listOwned(failing(500), placements, selection), ApiError);
  });

  it('are deleted once', async () => {
    const client = createMemoryClient([[placements, placement('mine', 'x', 'me')]]);
    const { items } = await client.list(placements);
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    const terminating = items.map((item) => ({ ...item, metadata: { ...item.metadata, deletionTimestamp } }));
    await deleteAll(client, placements, terminating);
    assert.equal(client.writes.length, 0);
    await deleteAll(client, placements, items);
    assert.deepEqual((await client.list(placements)).items, []);
  });
});
