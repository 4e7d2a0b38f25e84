import assert from 'node:assert/strict';
import { environments } from '../../../src/api/kinds.ts';
import { listEverywhere } from '../../../src/cli/live/list-everywhere.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';

const objects = [
  ...recordedEdits('Environment', [{}], { namespace: 'team' }).objects,
  ...recordedEdits('Environment', [{}], { namespace: 'other' }).objects,
];
const refusal = (code: number) => new ApiError('refused', { code, reason: 'Forbidden' });

describe('a list of all namespaces', () => {
  it('is complete for a user who may list it', async () => {
    const { items, partial } = await listEverywhere(createMemoryClient(objects), environments, 'team');
    assert.deepEqual([items.length, partial], [2, false]);
  });

  it('is that of one namespace for a user who may not', async () => {
    const client = createMemoryClient(objects);
    const list: typeof client.list = (resource, options) =>
      options?.namespace === undefined ? Promise.reject(refusal(403)) : client.list(resource, options);
    const { items, partial } = await listEverywhere({ ...client, list }, environments, 'team');
    assert.deepEqual([items.map(({ metadata }) => metadata.namespace), partial], [['team'], true]);
  });

  it('fails for any other reason', async () => {
    const client = { ...createMemoryClient(), list: () => Promise.reject(refusal(500)) };
    await assert.rejects(listEverywhere(client, environments, 'team'), ApiError);
  });
});
