import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { webhookConfigurationName } from '../../src/api/names.ts';
import { isJsonObject } from '../../src/api/object.ts';
import { AccessPublisher, webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import { isSignedBy, readCertificates } from '../../src/tls/pem.ts';
import { reconcileCertificates } from '../../src/tls/reconcile.ts';
import { defaultTimes } from '../../src/tls/rotation.ts';
import { base64, secretResource } from '../../src/tls/secret.ts';
import {
  authoritySecretName,
  createCertificateStore,
  servingSecretName,
  type CertificateStore,
} from '../../src/tls/store.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { createSegments } from './path-segments.ts';
import { recordingLog } from './recording-log.ts';
import { installedConfigurations, type Configuration } from './webhook-configurations.ts';

const namespace = 'mooring-system';
const day = 24 * 60 * 60_000;

function hub() {
  const client = createMemoryClient(installedConfigurations());
  const store = createCertificateStore(client, namespace);
  const createSegment = createSegments();
  const time = { now: Date.UTC(2026, 0, 1) };
  const publisher = new AccessPublisher(client, () => time.now);
  const log = recordingLog();
  const counted: string[] = [];
  const reconcile = (changes: { dnsNames?: string[]; store?: CertificateStore } = {}) =>
    reconcileCertificates({
      client,
      publisher,
      store,
      now: () => time.now,
      log,
      countConflict: (kind) => void counted.push(kind),
      dnsNames: ['mooring-webhook.mooring-system.svc'],
      ipAddresses: ['127.0.0.1'],
      times: defaultTimes,
      createSegment,
      ...changes,
    });
  return {
    client,
    log,
    counted,
    store,
    time,
    reconcile,
    stored: async (name: string) => {
      const { stored } = await store.read(name);
      assert.ok(stored !== undefined);
      return stored;
    },
    /** The paths of all webhooks. */
    paths: async () => {
      const paths = new Set<unknown>();
      for (const resource of webhookConfigurations) {
        const { webhooks } = await client.get<Configuration>(resource, { name: webhookConfigurationName });
        for (const { clientConfig } of webhooks) {
          assert.ok(isJsonObject(clientConfig['service']));
          paths.add(clientConfig['service']['path']);
        }
      }
      return [...paths];
    },
    /** All bundles in the webhooks of both configurations. */
    published: async () => {
      const bundles = new Set<unknown>();
      for (const resource of webhookConfigurations) {
        const { webhooks } = await client.get<Configuration>(resource, { name: webhookConfigurationName });
        for (const { clientConfig } of webhooks) bundles.add(clientConfig['caBundle']);
      }
      return [...bundles];
    },
  };
}

describe('reconciling certificates', () => {
  it('creates an authority, publishes it, and issues a leaf, in this order', async () => {
    const { client, reconcile, stored, published } = hub();
    assert.deepEqual(await reconcile(), { requeueAfterMs: 60 * 60_000 });
    const [authority, leaf] = [await stored(authoritySecretName), await stored(servingSecretName)];
    assert.ok(isSignedBy(new X509Certificate(leaf.certificate), new X509Certificate(authority.certificate)));
    assert.deepEqual([authority.bundle, leaf.bundle], [authority.certificate, authority.certificate]);
    assert.deepEqual(await published(), [base64(authority.certificate)]);
    assert.deepEqual(
      client.writes.map(({ resource }) => resource),
      [
        'secrets',
        'mutatingwebhookconfigurations',
        'validatingwebhookconfigurations',
        'secrets',
        // The path becomes known with the serving Secret.
        'mutatingwebhookconfigurations',
        'validatingwebhookconfigurations',
      ],
    );
  });

  it('writes nothing if no change is needed', async () => {
    const { client, reconcile } = hub();
    await reconcile();
    const before = client.writes.length;
    await reconcile();
    assert.equal(client.writes.length, before);
  });

  it('backs off from another writer of the bundle, counts the conflict, and logs who it is', async () => {
    const { client, log, counted, reconcile, published } = hub();
    await reconcile();
    const [, validating] = webhookConfigurations;
    assert.ok(validating);
    const overwrite = async () => {
      const found = await client.get<Configuration>(validating, { name: webhookConfigurationName });
      const webhooks = found.webhooks.map((webhook) => ({ ...webhook, clientConfig: { caBundle: base64('theirs') } }));
      const managedFields = [{ manager: 'injector', fieldsV1: { 'f:caBundle': {} } }];
      await client.replace(validating, { ...found, metadata: { ...found.metadata, managedFields }, webhooks });
    };
    log.lines.splice(0);
    const results = [];
    for (let round = 0; round < 3; round += 1) {
      await overwrite();
      results.push(await reconcile());
    }
    assert.deepEqual(results, [{ requeueAfterMs: 60 * 60_000 }, { requeueAfterMs: 1000 }, { requeueAfterMs: 1000 }]);
    assert.deepEqual(counted, ['ValidatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);
    assert.equal((await published()).length, 2, 'it is not fought over');
    const advice = 'exclude both fields of clientConfig from what the other writer manages';
    const message = 'caBundle or path in ValidatingWebhookConfiguration mooring was changed by field manager injector';
    assert.deepEqual(log.lines, [
      `warn ${message}, once: mooring writes it again now; ${advice}`,
      `warn ${message}, 2 times in a row: mooring writes it again in 1 s; ${advice}`,
    ]);
  });

  it('issues a leaf for new names with the same authority', async () => {
    const { reconcile, stored } = hub();
    await reconcile();
    const before = await stored(authoritySecretName);
    await reconcile({ dnsNames: ['renamed.svc'] });
    assert.deepEqual(await stored(authoritySecretName), before);
    const leaf = new X509Certificate((await stored(servingSecretName)).certificate);
    assert.equal(leaf.subjectAltName, 'DNS:renamed.svc, IP Address:127.0.0.1');
  });

  it('renews only the leaf when two thirds of its lifetime have passed', async () => {
    const { time, reconcile, stored } = hub();
    await reconcile();
    const before = [await stored(authoritySecretName), await stored(servingSecretName)];
    time.now += 61 * day;
    await reconcile();
    assert.deepEqual(await stored(authoritySecretName), before[0]);
    assert.notEqual((await stored(servingSecretName)).certificate, before[1]?.certificate);
  });

  it('replaces an authority while the served leaf stays trusted at every moment', async () => {
    const { time, reconcile, stored, published } = hub();
    await reconcile();
    time.now += 200 * day;
    await reconcile(); // a new leaf of the first authority
    const [first, served] = [await stored(authoritySecretName), await stored(servingSecretName)];

    time.now += 44 * day;
    assert.deepEqual(await reconcile(), { requeueAfterMs: defaultTimes.propagation });
    const second = await stored(authoritySecretName);
    assert.equal(second.bundle, second.certificate + first.certificate);
    assert.deepEqual(await published(), [base64(second.bundle)]);
    assert.equal((await stored(servingSecretName)).certificate, served.certificate);

    time.now += defaultTimes.propagation;
    await reconcile();
    const leaf = await stored(servingSecretName);
    assert.ok(isSignedBy(new X509Certificate(leaf.certificate), new X509Certificate(second.certificate)));
    assert.deepEqual(await published(), [base64(second.bundle)]);

    time.now += 122 * day; // the first has expired
    await reconcile();
    assert.equal((await stored(authoritySecretName)).bundle, second.certificate);
    assert.deepEqual(await published(), [base64(second.certificate)]);
  });

  it('renews the path with the leaf, and uses only a segment that the Secret had before', async () => {
    const { time, reconcile, stored, paths } = hub();
    await reconcile();
    const before = (await stored(servingSecretName)).segments;
    assert.deepEqual(await paths(), [`/mutate/${before?.current}`, `/validate/${before?.current}`]);
    time.now += 61 * day;
    await reconcile();
    const after = (await stored(servingSecretName)).segments;
    assert.deepEqual([after?.previous, after?.current], [before?.current, before?.next]);
    assert.deepEqual(await paths(), [`/mutate/${before?.next}`, `/validate/${before?.next}`]);
  });

  for (const what of ['deleted', 'written without segments']) {
    it(`keeps the path that API servers use when the serving Secret is ${what}`, async () => {
      const { client, store, reconcile, stored, paths } = hub();
      await reconcile();
      const published = await paths();
      const leaf = await store.read(servingSecretName);
      if (what === 'deleted') await client.delete(secretResource, { namespace, name: servingSecretName });
      else if (leaf.stored !== undefined) {
        const { segments: _, ...rest } = leaf.stored;
        await store.write(leaf, rest);
        assert.equal((await stored(servingSecretName)).segments, undefined);
      }
      await reconcile();
      assert.deepEqual(await paths(), published);
      assert.equal(`/mutate/${(await stored(servingSecretName)).segments?.current}`, published[0]);
    });
  }

  it('still trusts the served leaf when the Secret of its authority is deleted', async () => {
    const { client, reconcile, stored } = hub();
    await reconcile();
    const first = await stored(authoritySecretName);
    await client.delete(secretResource, { namespace, name: authoritySecretName });
    await reconcile();
    const second = await stored(authoritySecretName);
    assert.notEqual(second.certificate, first.certificate);
    assert.equal(second.bundle, second.certificate + first.certificate);
  });

  it('trusts no former authority when both Secrets are deleted, which revokes a leaked key', async () => {
    const { client, reconcile, stored, published } = hub();
    await reconcile();
    for (const name of [authoritySecretName, servingSecretName]) {
      await client.delete(secretResource, { namespace, name });
    }
    await reconcile();
    const { bundle } = await stored(authoritySecretName);
    assert.equal(readCertificates(bundle).length, 1);
    assert.deepEqual(await published(), [base64(bundle)]);
  });

  it('restores a bundle that was edited', async () => {
    const { client, reconcile, published } = hub();
    await reconcile();
    const before = await published();
    for (const [resource, { webhooks }] of installedConfigurations()) {
      await client.patch(resource, { name: webhookConfigurationName }, { webhooks });
    }
    await reconcile();
    assert.deepEqual(await published(), before);
  });

  it('fails if another client keeps changing the Secrets', async () => {
    const { reconcile } = hub();
    const notStoring: CertificateStore = {
      read: (name) => Promise.resolve({ name }),
      write: () => Promise.resolve(),
    };
    await assert.rejects(reconcile({ store: notStoring }), /still change/);
  });
});
