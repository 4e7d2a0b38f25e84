import assert from 'node:assert/strict';
import { environments } from '../../src/api/kinds.ts';
import { addFinalizer, hasFinalizer, removeFinalizer } from '../../src/controller/finalizer.ts';
import { isConflict } from '../../src/kube/client/errors.ts';
import { environment } from '../support/manifests.ts';
import { createMemoryClient } from '../support/memory-client.ts';

const key = { namespace: 'team', name: 'primary' };

async function stored(finalizers: string[]) {
  const object = environment('team');
  const client = createMemoryClient([[environments, { ...object, metadata: { ...object.metadata, finalizers } }]]);
  return { client, object: await client.get(environments, key) };
}

describe('the finalizer', () => {
  it('is added, and the finalizers of others stay', async () => {
    const { client, object } = await stored(['somebody/else']);
    assert.equal(hasFinalizer(object), false);
    await addFinalizer(client, environments, object);
    const after = await client.get(environments, key);
    assert.deepEqual(after.metadata.finalizers, ['somebody/else', 'spectrocloud.com/mooring']);
    assert.equal(hasFinalizer(after), true);
  });

  it('is removed, and the finalizers of others stay', async () => {
    const { client, object } = await stored(['spectrocloud.com/mooring', 'somebody/else']);
    await removeFinalizer(client, environments, object);
    assert.deepEqual((await client.get(environments, key)).metadata.finalizers, ['somebody/else']);
  });

  it('is written with the resourceVersion that was read, so that no other finalizer is lost', async () => {
    const { client, object } = await stored([]);
    await addFinalizer(client, environments, object);
    assert.deepEqual(client.writes[0]?.body, {
      metadata: { finalizers: ['spectrocloud.com/mooring'], resourceVersion: object.metadata.resourceVersion },
    });
  });

  it('is removed without an error from an object that does not exist any more', async () => {
    const { client, object } = await stored(['spectrocloud.com/mooring']);
    await client.delete(environments, key);
    await removeFinalizer(client, environments, await client.get(environments, key));
    await assert.doesNotReject(removeFinalizer(client, environments, object));
    await assert.rejects(addFinalizer(client, environments, object), (error) => !isConflict(error));
  });
});
