import assert from 'node:assert/strict';
import { isConflict } from '../../src/kube/client/errors.ts';
import { secretResource, type Secret } from '../../src/tls/secret.ts';
import { authoritySecretName, certificateStore, servingSecretName } from '../../src/tls/store.ts';
import { createMemoryClient } from '../support/memory-client.ts';

const namespace = 'mooring-system';
const pair = (text: string) => ({ certificate: `${text} certificate`, key: `${text} key`, bundle: `${text} bundle` });

describe('the certificate store', () => {
  it('reads nothing where there is no Secret', async () => {
    const store = certificateStore(createMemoryClient(), namespace);
    assert.deepEqual(await store.read(servingSecretName), { name: servingSecretName });
  });

  it('reads what it wrote, each Secret with the type that fits', async () => {
    const client = createMemoryClient();
    const store = certificateStore(client, namespace);
    for (const name of [authoritySecretName, servingSecretName]) {
      await store.write(await store.read(name), pair(name));
      assert.deepEqual((await store.read(name)).stored, pair(name));
    }
    const typeOf = async (name: string) => (await client.get<Secret>(secretResource, { namespace, name })).type;
    assert.equal(await typeOf(authoritySecretName), 'Opaque');
    assert.equal(await typeOf(servingSecretName), 'kubernetes.io/tls');
  });

  it('writes by server-side apply only, which RBAC can name', async () => {
    const client = createMemoryClient();
    const store = certificateStore(client, namespace);
    await store.write(await store.read(servingSecretName), pair('a'));
    await store.write(await store.read(servingSecretName), pair('b'));
    assert.deepEqual(
      client.writes.map(({ verb }) => verb),
      ['apply', 'apply'],
    );
  });

  it('refuses what was made from an older read, so that two writers never mix', async () => {
    const store = certificateStore(createMemoryClient(), namespace);
    await store.write(await store.read(servingSecretName), pair('first'));
    const seenByBoth = await store.read(servingSecretName);
    await store.write(seenByBoth, pair('second'));
    await assert.rejects(store.write(seenByBoth, pair('third')), (error) => isConflict(error));
    assert.deepEqual((await store.read(servingSecretName)).stored, pair('second'));
  });

  it('keeps the type of a Secret that somebody made beforehand, since types are immutable', async () => {
    const made: Secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: servingSecretName, namespace },
      type: 'Opaque',
    };
    const client = createMemoryClient([[secretResource, made]]);
    const store = certificateStore(client, namespace);
    await store.write(await store.read(servingSecretName), pair('a'));
    assert.equal((await client.get<Secret>(secretResource, made.metadata)).type, 'Opaque');
  });
});
