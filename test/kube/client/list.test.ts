import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../../src/api/object.ts';
import { createClient } from '../../../src/kube/client/client.ts';
import { isGone, ServerUnreachable, UnreadableResponse } from '../../../src/kube/client/errors.ts';
import { configMaps } from '../../support/config-maps.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { page, refuse, reply, ScriptedApiServer } from '../../support/scripted-api-server.ts';

const CALL = 'GET /api/v1/configmaps';
const item = (name: string) => ({ metadata: { namespace: 'default', name } });

describe('list', () => {
  let server: ScriptedApiServer;
  const list = async (options = {}) => {
    const client = createClient(await server.kubeConfig(), { log: recordedLog().log, userAgent: 'mooring/test' });
    return client.list(configMaps, options);
  };

  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
  });
  afterEach(() => server.stop());

  it('reads pages that become larger, and adds apiVersion and kind to the items', async () => {
    server.on(CALL, page([item('a')], { continue: 'next' }), page([item('b')]));
    const found = await list({ labelSelector: 'x=y', resourceVersion: '0' });
    assert.deepEqual(names(found), ['a', 'b']);
    assert.equal(found.resourceVersion, '10');
    assert.deepEqual([found.items[0]?.apiVersion, found.items[0]?.kind], ['v1', 'ConfigMap']);
    assert.deepEqual(
      server.seen.map(({ query }) => query),
      [
        { labelSelector: 'x=y', limit: '6', resourceVersion: '0' },
        { labelSelector: 'x=y', limit: '24', continue: 'next' },
      ],
    );
  });

  it('reads large objects in small pages, so that neither the list nor a part of it must fit into one response', async () => {
    const large = (name: string) => ({ ...item(name), data: { text: 'x'.repeat(1024 * 1024) } });
    const names12 = Array.from({ length: 12 }, (_, index) => `large-${index}`);
    server.on(CALL, (response, seen) => {
      const from = Number(seen.query['continue'] ?? 0);
      const to = from + Number(seen.query['limit']);
      const shown = names12.slice(from, to).map(large);
      return page(shown, to < names12.length ? { continue: String(to) } : {})(response, seen);
    });
    const found = await list({ transform: ({ metadata }: KubeObject) => ({ metadata }) });
    assert.deepEqual(names(found), names12);
    const limits = server.seen.map(({ query }) => query['limit']);
    assert.deepEqual(limits, ['6', '3', '3'], 'about 4 MiB each');
  });

  it('reads only the first objects on request', async () => {
    server.on(CALL, page([item('a')], { continue: 'next' }));
    assert.deepEqual(names(await list({ limit: 1 })), ['a']);
    assert.deepEqual(
      server.calls(CALL).map(({ query }) => query['limit']),
      ['1'],
    );
  });

  it('transforms each item when its page arrives', async () => {
    const asked: number[] = [];
    const transform = (object: KubeObject) => {
      asked.push(server.seen.length);
      return { ...object, metadata: { name: `${object.metadata.name}!` } };
    };
    server.on(CALL, page([item('a')], { continue: 'next' }), page([item('b')]));
    assert.deepEqual(names(await list({ transform })), ['a!', 'b!']);
    assert.deepEqual(asked, [1, 2], 'the items of the first page are transformed before the second page is requested');
    assert.deepEqual(Object.keys(server.seen[0]?.query ?? {}), ['limit']);
  });

  it('starts again when a continue token has expired, and finally requests the list without pages', async () => {
    const expired = [page([item('a')], { continue: 'old' }), refuse(410, 'Expired')];
    server.on(CALL, ...expired, ...expired, page([item('a'), item('b')]));
    assert.deepEqual(names(await list()), ['a', 'b']);
    assert.equal(server.seen.at(-1)?.query['limit'], undefined);
    assert.equal(server.seen.length, 5);
  });

  it('does not give up a large page while data arrives', async () => {
    const clientWith = async (timeouts: { request: number; page?: number }) =>
      createClient(await server.kubeConfig(), { log: recordedLog().log, userAgent: 'mooring/test', timeouts });
    const text = JSON.stringify({ metadata: { resourceVersion: '10' }, items: [item('é')] });
    const slow = async (response: ServerResponse) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      for (const byte of Buffer.from(text).subarray(0, 8)) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      response.end(Buffer.from(text).subarray(8));
    };
    server.on(CALL, slow);
    const patient = await clientWith({ request: 100 });
    assert.deepEqual(names(await patient.list(configMaps)), ['é']);
    const strict = await clientWith({ request: 100, page: 120 });
    await assert.rejects(strict.list(configMaps), ServerUnreachable);
  });

  it('throws a 410 of the first page', async () => {
    server.on(CALL, refuse(410, 'Expired'));
    await assert.rejects(list({ resourceVersion: '3' }), isGone);
  });

  it('requests metadata by the Accept header, and sets the real kind', async () => {
    server.on(CALL, page([{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', ...item('a') }]));
    const { items } = await list({ metadataOnly: true });
    assert.match(server.seen[0]?.headers.accept ?? '', /as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,/);
    assert.equal(items[0]?.kind, 'ConfigMap');
  });

  it('accepts null for an empty list, but no response that is not a list', async () => {
    server.on(CALL, reply({ metadata: { resourceVersion: '1' }, items: null }), reply({ hello: 'world' }));
    assert.deepEqual(names(await list()), []);
    await assert.rejects(list(), UnreadableResponse);
  });
});

function names({ items }: { items: { metadata: { name: string } }[] }): string[] {
  return items.map(({ metadata }) => metadata.name);
}
