import assert from 'node:assert/strict';
import { isConflict } from '../../src/kube/client/errors.ts';
import { secretResource, type Secret } from '../../src/tls/secret.ts';
import { authoritySecretName, createCertificateStore, servingSecretName } from '../../src/tls/store.ts';
import { createMemoryClient } from '../support/memory-client.ts';

const namespace = 'mooring-system';
const pair = (text: string) => ({ certificate: `${text} certificate`, key: `${text} key`, bundle: `${text} bundle` });

describe('the certificate store', () => {
  it('reads a Secret that does not exist as absent', async () => {
    const store = createCertificateStore(createMemoryClient(), namespace);
    assert.deepEqual(await store.read(servingSecretName), { name: servingSecretName });
  });

  it('writes Secrets of the right type and reads the same content', async () => {
    const client = createMemoryClient();
    const store = createCertificateStore(client, namespace);
    for (const name of [authoritySecretName, servingSecretName]) {
      await store.write(await store.read(name), pair(name));
      assert.deepEqual((await store.read(name)).stored, pair(name));
    }
    const typeOf = async (name: string) => (await client.get<Secret>(secretResource, { namespace, name })).type;
    assert.equal(await typeOf(authoritySecretName), 'Opaque');
    assert.equal(await typeOf(servingSecretName), 'kubernetes.io/tls');
  });

  it('writes only by server-side apply, which RBAC can restrict to a name', async () => {
    const client = createMemoryClient();
    const store = createCertificateStore(client, namespace);
    await store.write(await store.read(servingSecretName), pair('a'));
    await store.write(await store.read(servingSecretName), pair('b'));
    assert.deepEqual(
      client.writes.map(({ verb }) => verb),
      ['apply', 'apply'],
    );
  });

  it('fails with a conflict after an outdated read, so that two writers never mix', async () => {
    const store = createCertificateStore(createMemoryClient(), namespace);
    await store.write(await store.read(servingSecretName), pair('first'));
    const seenByBoth = await store.read(servingSecretName);
    await store.write(seenByBoth, pair('second'));
    await assert.rejects(store.write(seenByBoth, pair('third')), (error) => isConflict(error));
    assert.deepEqual((await store.read(servingSecretName)).stored, pair('second'));
  });

  it('keeps the type of a Secret that was created beforehand, because types are immutable', async () => {
    const made: Secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: servingSecretName, namespace },
      type: 'Opaque',
    };
    const client = createMemoryClient([[secretResource, made]]);
    const store = createCertificateStore(client, namespace);
    await store.write(await store.read(servingSecretName), pair('a'));
    assert.equal((await client.get<Secret>(secretResource, made.metadata)).type, 'Opaque');
  });
});
