import assert from 'node:assert/strict';
import { ApiError, isConflict } from '../../src/kube/client/errors.ts';
import { webhookConfigurationName } from '../../src/api/names.ts';
import type { JsonObject, JsonValue } from '../../src/api/object.ts';
import { AccessPublisher, publishedSegment, webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import { base64 } from '../../src/tls/secret.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { installedConfigurations, type Configuration } from './webhook-configurations.ts';

const key = { name: webhookConfigurationName };
const kinds = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
const [mutating] = webhookConfigurations;

function hub(installed = installedConfigurations()) {
  const client = createMemoryClient(installed);
  const time = { now: 0 };
  const publisher = new AccessPublisher(client, () => time.now);
  const read = async () => {
    assert.ok(mutating);
    return client.get<Configuration>(mutating, key);
  };
  /** Another writer changes the bundle of the MutatingWebhookConfiguration. */
  const overwrite = async (caBundle: string | undefined, managedFields: JsonValue = [], service?: JsonObject) => {
    assert.ok(mutating);
    const found = await read();
    const webhooks = found.webhooks.map(({ clientConfig: { caBundle: _own, ...rest }, ...webhook }) => ({
      ...webhook,
      clientConfig: {
        ...rest,
        ...(service === undefined ? {} : { service }),
        ...(caBundle === undefined ? {} : { caBundle }),
      },
    }));
    await client.replace(mutating, { ...found, metadata: { ...found.metadata, managedFields }, webhooks });
  };
  const isPublished = async (bundle = 'bundle') =>
    (await read()).webhooks.every(({ clientConfig }) => clientConfig['caBundle'] === base64(bundle));
  return { client, time, publisher, overwrite, isPublished };
}

describe('the published trust bundle', () => {
  it('is written into every webhook of both configurations, without other changes', async () => {
    const { client, publisher } = hub();
    assert.deepEqual(await publisher.publish({ bundle: 'bundle' }), { published: kinds, conflicts: [] });
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
    const { client, publisher } = hub();
    assert.equal(await publishedSegment(client), undefined);
    const segment = 'a'.repeat(32);
    assert.equal((await publisher.publish({ bundle: 'bundle', segment })).published.length, 2);
    assert.deepEqual(await publisher.publish({ bundle: 'bundle', segment }), { published: [], conflicts: [] });
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
    const { client, publisher } = hub();
    await publisher.publish({ bundle: 'bundle' });
    const before = client.writes.length;
    assert.deepEqual(await publisher.publish({ bundle: 'bundle' }), { published: [], conflicts: [] });
    assert.equal(client.writes.length, before);
  });

  it('is not written if no configuration is installed', async () => {
    assert.deepEqual(await hub([]).publisher.publish({ bundle: 'bundle' }), { published: [], conflicts: [] });
  });

  it('is written with the version that was read, because the patch replaces the whole list', async () => {
    const { client, publisher } = hub();
    await publisher.publish({ bundle: 'bundle' });
    for (const { body } of client.writes) {
      assert.ok(typeof body === 'object' && body !== null && 'metadata' in body);
      assert.match(JSON.stringify(body.metadata), /^\{"resourceVersion":"\d+"\}$/);
    }
  });

  it('fails with a conflict, which is retried', async () => {
    const { client, publisher } = hub();
    client.failNext('patch', new ApiError('modified', { code: 409, reason: 'Conflict' }));
    await assert.rejects(publisher.publish({ bundle: 'bundle' }), (error) => isConflict(error));
    assert.deepEqual(await publisher.publish({ bundle: 'bundle' }), { published: kinds, conflicts: [] });
  });
});

describe('a trust bundle that another writer changes', () => {
  it('is restored at once the first time, then after delays that double up to two minutes', async () => {
    const { client, time, publisher, overwrite, isPublished } = hub();
    await publisher.publish({ bundle: 'bundle' });
    client.writes.splice(0);
    const waits: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      await overwrite(base64('theirs'));
      const { published, conflicts, waitMs } = await publisher.publish({ bundle: 'bundle' });
      assert.deepEqual(published, [], 'restoring it is not a success');
      assert.equal(conflicts.length, 1);
      assert.equal(conflicts[0]?.kind, 'MutatingWebhookConfiguration');
      assert.equal(conflicts[0]?.count, round + 1);
      waits.push(waitMs ?? 0);
      if (waitMs === undefined) continue;
      // Other events meanwhile change nothing and report nothing.
      time.now += waitMs - 1;
      assert.deepEqual(await publisher.publish({ bundle: 'bundle' }), { published: [], conflicts: [], waitMs: 1 });
      assert.ok(!(await isPublished()));
      time.now += 1;
      assert.deepEqual(await publisher.publish({ bundle: 'bundle' }), { published: [], conflicts: [] });
      assert.ok(await isPublished());
    }
    assert.deepEqual(waits, [0, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 120_000, 120_000]);
    assert.equal(client.writes.filter(({ verb }) => verb === 'patch').length, 10);
  });

  it('is restored at once again after it has stood for a minute', async () => {
    const { time, publisher, overwrite, isPublished } = hub();
    await publisher.publish({ bundle: 'bundle' });
    for (let round = 0; round < 3; round += 1) {
      await overwrite(base64('theirs'));
      time.now += 60_000;
      const { conflicts } = await publisher.publish({ bundle: 'bundle' });
      assert.deepEqual(
        conflicts.map(({ count, waitMs }) => [count, waitMs]),
        [[1, 0]],
      );
      assert.ok(await isPublished());
      time.now += 60_000;
    }
  });

  it('is not in conflict if the bundle is new, or the configuration is', async () => {
    const { client, publisher, isPublished } = hub();
    await publisher.publish({ bundle: 'bundle' });
    assert.deepEqual(await publisher.publish({ bundle: 'next' }), { published: kinds, conflicts: [] });
    const [[resource, installed] = []] = installedConfigurations();
    assert.ok(resource !== undefined && installed !== undefined);
    await client.delete(resource, key);
    await client.create(resource, installed);
    assert.deepEqual(await publisher.publish({ bundle: 'next' }), { published: [kinds[0]], conflicts: [] });
    assert.ok(await isPublished('next'));
  });

  it('is found by a new leader too, which has not written the bundle itself', async () => {
    const { client, publisher, overwrite } = hub();
    await publisher.publish({ bundle: 'bundle' });
    const next = new AccessPublisher(client, () => 0);
    assert.deepEqual(await next.publish({ bundle: 'bundle' }), { published: [], conflicts: [] });
    await overwrite(undefined);
    assert.equal((await next.publish({ bundle: 'bundle' })).conflicts.length, 1);
  });

  it('is found by the path alone', async () => {
    const { publisher, overwrite, isPublished } = hub();
    const access = { bundle: 'bundle', segment: 'a'.repeat(32) };
    await publisher.publish(access);
    // A tool that replaces the configuration by its manifest, which has no path, but keeps the bundle.
    await overwrite(base64('bundle'), [managed('helm', '2026-01-01T00:00:00Z', 'f:path')], { path: '/mutate' });
    const { published, conflicts } = await publisher.publish(access);
    assert.deepEqual(published, []);
    assert.deepEqual(conflicts[0]?.managers, ['helm']);
    assert.ok(await isPublished());
  });

  const managed = (manager: string, time: string, field: string) => ({
    manager,
    time,
    fieldsV1: { 'f:webhooks': { 'k:{"name":"one"}': { 'f:clientConfig': { [field]: {} } } } },
  });
  const writers: { why: string; caBundle?: string; managedFields: JsonValue; managers: string[] }[] = [
    {
      why: 'those that own a bundle',
      caBundle: 'theirs',
      managedFields: [
        managed('mooring-certificates', '2026-01-01T00:00:00Z', 'f:caBundle'),
        managed('cainjector', '2026-01-01T00:00:01Z', 'f:caBundle'),
        managed('kubectl', '2026-01-01T00:00:02Z', 'f:service'),
      ],
      managers: ['cainjector'],
    },
    {
      why: 'the last writer, if the bundle was removed',
      managedFields: [
        managed('kubectl', '2026-01-01T00:00:00Z', 'f:service'),
        managed('argocd-controller', '2026-01-01T00:00:01Z', 'f:service'),
        managed('mooring-certificates', '2026-01-01T00:00:02Z', 'f:service'),
      ],
      managers: ['argocd-controller'],
    },
    { why: 'nobody, if the API server says nothing', managedFields: null, managers: [] },
  ];
  for (const { why, caBundle, managedFields, managers } of writers) {
    it(`names ${why}`, async () => {
      const { publisher, overwrite } = hub();
      await publisher.publish({ bundle: 'bundle' });
      await overwrite(caBundle, managedFields);
      const { conflicts } = await publisher.publish({ bundle: 'bundle' });
      assert.deepEqual(conflicts[0]?.managers, managers);
    });
  }
});
