import assert from 'node:assert/strict';
import { getIfPresent } from '../../../src/kube/client/get-if-present.ts';
import { configMap, configMaps } from '../../support/config-maps.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

describe('an object that may be absent', () => {
  const key = { namespace: 'team', name: 'a' };

  it('is undefined if it does not exist', async () => {
    assert.equal(await getIfPresent(createMemoryClient([]), configMaps, key), undefined);
  });

  it('is returned if it exists', async () => {
    const client = createMemoryClient([]);
    const { metadata } = await client.create(configMaps, configMap('a'));
    const found = await getIfPresent(client, configMaps, { namespace: metadata.namespace, name: 'a' });
    assert.equal(found?.metadata.uid, metadata.uid);
  });

  it('passes on other errors', async () => {
    const client = { get: () => Promise.reject(new Error('unreachable')) };
    await assert.rejects(getIfPresent(client, configMaps, key), /unreachable/);
  });
});
