import assert from 'node:assert/strict';
import { placements } from '../../src/api/ocm.ts';
import { deleteAll, ownLive } from '../../src/controller/list-owned.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { aPlacement } from '../support/placements.ts';

function placement(name: string, hash: string, owner: string) {
  const made = aPlacement({ name });
  const metadata = { ...made.metadata, labels: { hash }, annotations: { owner } };
  return { ...made, metadata };
}

const selection = {
  labelSelector: 'hash=x',
  isOwn: ({ metadata }: { metadata: { annotations?: Record<string, string> } }) =>
    metadata.annotations?.['owner'] === 'me',
};
const failing = (code: number) => ({
  ...createMemoryClient(),
  list: () => Promise.reject(new ApiError('no', { code, reason: 'No' })),
});

describe('what is ours, read live', () => {
  it('has the hash and the identity itself', async () => {
    const client = createMemoryClient([
      [placements, placement('mine', 'x', 'me')],
      [placements, placement('same-hash', 'x', 'other')],
      [placements, placement('no-hash', 'y', 'me')],
    ]);
    const own = await ownLive(client, placements, selection);
    assert.deepEqual(
      own.map(({ metadata }) => metadata.name),
      ['mine'],
    );
  });

  it('is nothing where the kind is not installed', async () => {
    assert.deepEqual(await ownLive(failing(404), placements, selection), []);
  });

  it('is not known while the API server fails', async () => {
    await assert.rejects(ownLive(failing(500), placements, selection), ApiError);
  });

  it('is deleted once', async () => {
    const client = createMemoryClient([[placements, placement('mine', 'x', 'me')]]);
    const { items } = await client.list(placements);
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    const going = items.map((item) => ({ ...item, metadata: { ...item.metadata, deletionTimestamp } }));
    await deleteAll(client, placements, going);
    assert.equal(client.writes.length, 0);
    await deleteAll(client, placements, items);
    assert.deepEqual((await client.list(placements)).items, []);
  });
});
