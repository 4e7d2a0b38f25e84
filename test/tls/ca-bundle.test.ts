import assert from 'node:assert/strict';
import { ApiError, isConflict } from '../../src/kube/client/errors.ts';
import { webhookConfigurationName } from '../../src/api/names.ts';
import { publishAccess, publishedSegment, webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import { base64 } from '../../src/tls/secret.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { installedConfigurations, type Configuration } from './webhook-configurations.ts';

const key = { name: webhookConfigurationName };

describe('the published trust bundle', () => {
  it('is written into every webhook of both configurations, without other changes', async () => {
    const client = createMemoryClient(installedConfigurations());
    const changed = await publishAccess(client, { bundle: 'bundle' });
    assert.deepEqual(changed, ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);
    for (const [resource, installed] of installedConfigurations()) {
      const found = await client.get<Configuration>(resource, key);
      const expected = installed.webhooks.map((webhook) => ({
        ...webhook,
        clientConfig: { ...webhook.clientConfig, caBundle: base64('bundle') },
      }));
      assert.deepEqual(found.webhooks, expected);
      assert.deepEqual(found.metadata.labels, installed.metadata.labels);
    }
  });

  it('comes with a path for each action', async () => {
    const client = createMemoryClient(installedConfigurations());
    assert.equal(await publishedSegment(client), undefined);
    const segment = 'a'.repeat(32);
    assert.equal((await publishAccess(client, { bundle: 'bundle', segment })).length, 2);
    assert.deepEqual(await publishAccess(client, { bundle: 'bundle', segment }), []);
    for (const [resource, installed] of installedConfigurations()) {
      const found = await client.get<Configuration>(resource, key);
      const action = resource.kind === 'MutatingWebhookConfiguration' ? 'mutate' : 'validate';
      const expected = installed.webhooks.map((webhook) => ({
        ...webhook,
        clientConfig: {
          service: { namespace: 'mooring-system', name: 'mooring-webhook', path: `/${action}/${segment}` },
          caBundle: base64('bundle'),
        },
      }));
      assert.deepEqual(found.webhooks, expected);
    }
    assert.equal(await publishedSegment(client), segment);
  });

  it('is not written again if it is equal', async () => {
    const client = createMemoryClient(installedConfigurations());
    await publishAccess(client, { bundle: 'bundle' });
    const before = client.writes.length;
    assert.deepEqual(await publishAccess(client, { bundle: 'bundle' }), []);
    assert.equal(client.writes.length, before);
  });

  it('is not written if no configuration is installed', async () => {
    assert.deepEqual(await publishAccess(createMemoryClient(), { bundle: 'bundle' }), []);
  });

  it('is written with the version that was read, because the patch replaces the whole list', async () => {
    const client = createMemoryClient(installedConfigurations());
    await publishAccess(client, { bundle: 'bundle' });
    for (const { body } of client.writes) {
      assert.ok(typeof body === 'object' && body !== null && 'metadata' in body);
      assert.match(JSON.stringify(body.metadata), /^\{"resourceVersion":"\d+"\}$/);
    }
  });

  it('fails with a conflict, which is retried', async () => {
    const client = createMemoryClient(installedConfigurations());
    client.failNext('patch', new ApiError('modified', { code: 409, reason: 'Conflict' }));
    await assert.rejects(publishAccess(client, { bundle: 'bundle' }), (error) => isConflict(error));
    assert.equal((await publishAccess(client, { bundle: 'bundle' })).length, webhookConfigurations.length);
  });
});
