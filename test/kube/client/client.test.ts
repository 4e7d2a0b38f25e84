import assert from 'node:assert/strict';
import { createClient } from '../../../src/kube/client/client.ts';
import {
  ApiError,
  isConflict,
  isNotFound,
  ServerUnreachable,
  UnreadableResponse,
} from '../../../src/kube/client/errors.ts';
import { configMaps, configMap, type ConfigMap } from '../../support/config-maps.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import {
  echo,
  page,
  refuse,
  reply,
  replyText,
  reset,
  ScriptedApiServer,
  silence,
} from '../../support/scripted-api-server.ts';

const COLLECTION = '/api/v1/namespaces/default/configmaps';
const ONE = `${COLLECTION}/a`;
const KEY = { namespace: 'default', name: 'a' };

describe('client', () => {
  let server: ScriptedApiServer;
  const clientOf = async (requestMs = 5000) =>
    createClient(await server.kubeConfig(), {
      log: recordedLog().log,
      userAgent: 'mooring/test',
      timeouts: { request: requestMs },
    });

  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
  });
  afterEach(() => server.stop());

  it('sends its user agent and accepts JSON', async () => {
    server.on(`GET ${ONE}`, reply(configMap('a')));
    assert.equal((await (await clientOf()).get(configMaps, KEY)).metadata.name, 'a');
    const { accept, 'user-agent': userAgent } = server.seen[0]?.headers ?? {};
    assert.deepEqual([accept, userAgent], ['application/json', 'mooring/test']);
  });

  it('requests only metadata by the Accept header, and reduces whole objects to it', async () => {
    server.on(`GET ${ONE}`, reply(configMap('a', '1', { data: { large: 'value' } })));
    const object = await (await clientOf()).get<ConfigMap>(configMaps, KEY, { metadataOnly: true });
    assert.equal(
      server.seen[0]?.headers.accept,
      'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json',
    );
    assert.deepEqual(Object.keys(object), ['apiVersion', 'kind', 'metadata']);
    assert.equal(object.kind, 'ConfigMap');
  });

  it('reports each warning in a response, also of a dry run', async () => {
    const Warning = ['299 - "first"', '299 - "say \\"second\\""'];
    server.on(`PUT ${ONE}`, reply(configMap('a'), 200, { Warning }));
    const warnings: string[] = [];
    const onWarning = (text: string) => void warnings.push(text);
    await (await clientOf()).replace(configMaps, configMap('a'), { dryRun: true, fieldManager: 'me', onWarning });
    assert.deepEqual(warnings, ['first', 'say "second"']);
    assert.deepEqual(server.seen[0]?.query, { dryRun: 'All', fieldManager: 'me' });
  });

  it('sends each write with the method, path and content type of the API', async () => {
    const client = await clientOf();
    const object = configMap('a');
    const options = { fieldManager: 'me' };
    const rows: [why: string, run: () => Promise<unknown>, call: string, query: object, contentType: string][] = [
      [
        'create uses the path of the collection',
        () => client.create(configMaps, object),
        `POST ${COLLECTION}`,
        {},
        'json',
      ],
      [
        'a dry run has a parameter',
        () => client.create(configMaps, object, { dryRun: true, ...options }),
        `POST ${COLLECTION}`,
        { dryRun: 'All', fieldManager: 'me' },
        'json',
      ],
      [
        'a subresource needs the name of its object',
        () => client.create(configMaps, object, { subresource: 'token', name: 'b' }),
        `POST ${COLLECTION}/b/token`,
        {},
        'json',
      ],
      [
        'replace uses the path of the object',
        () => client.replace(configMaps, object, { subresource: 'status' }),
        `PUT ${ONE}/status`,
        {},
        'json',
      ],
      [
        'apply takes over fields by default',
        () => client.apply(configMaps, object, options),
        `PATCH ${ONE}`,
        { fieldManager: 'me', force: 'true' },
        'apply-patch+yaml',
      ],
      [
        'apply can leave fields to other managers',
        () => client.apply(configMaps, object, { ...options, force: false }),
        `PATCH ${ONE}`,
        { fieldManager: 'me', force: 'false' },
        'apply-patch+yaml',
      ],
      [
        'a patch is a merge patch by default',
        () => client.patch(configMaps, KEY, {}),
        `PATCH ${ONE}`,
        {},
        'merge-patch+json',
      ],
      [
        'a patch can be a dry run',
        () => client.patch(configMaps, KEY, {}, { dryRun: true, fieldManager: 'me' }),
        `PATCH ${ONE}`,
        { dryRun: 'All', fieldManager: 'me' },
        'merge-patch+json',
      ],
      [
        'a patch can be a JSON Patch',
        () => client.patch(configMaps, KEY, [], { type: 'json' }),
        `PATCH ${ONE}`,
        {},
        'json-patch+json',
      ],
    ];
    for (const [why, run, call, query, contentType] of rows) {
      server.on(call, reply(object));
      await run();
      const seen = server.seen.at(-1);
      assert.deepEqual([seen?.call, seen?.query], [call, query], why);
      assert.equal(seen?.headers['content-type'], `application/${contentType}`, why);
    }
  });

  it('sends strings that are not ASCII unchanged', async () => {
    server.on(`POST ${COLLECTION}`, echo);
    const sent = configMap('a', '1', { data: { greeting: 'Grüße, 世界 🛳️' } });
    assert.deepEqual(await (await clientOf()).create(configMaps, sent), sent);
  });

  it('sends and receives integers of 64 bits with all digits, with every verb', async () => {
    const spec = { least: -9223372036854775808n, account: 9007199254740993n, even: 9007199254740992 };
    const sent = { ...configMap('a'), spec };
    const client = await clientOf();
    for (const call of [`POST ${COLLECTION}`, `PUT ${ONE}`, `PATCH ${ONE}`]) server.on(call, echo);
    server.on(`GET ${ONE}`, reply(sent));
    server.on(`GET ${COLLECTION}`, page([sent], { resourceVersion: '1' }));
    assert.deepEqual(await client.create(configMaps, sent), sent);
    assert.deepEqual(await client.replace(configMaps, sent), sent);
    assert.deepEqual(await client.apply(configMaps, sent, { fieldManager: 'me' }), sent);
    await client.patch(configMaps, KEY, { spec });
    assert.deepEqual(server.seen.at(-1)?.body, { spec });
    assert.deepEqual(await client.get(configMaps, KEY), sent);
    assert.deepEqual((await client.list(configMaps, { namespace: 'default' })).items, [sent]);
  });

  it('deletes with preconditions, and succeeds if the object does not exist', async () => {
    server.on(`DELETE ${ONE}`, refuse(404, 'NotFound'));
    const client = await clientOf();
    await client.delete(configMaps, KEY, { uid: 'u', resourceVersion: '7', propagationPolicy: 'Foreground' });
    assert.deepEqual(server.seen[0]?.body, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u', resourceVersion: '7' },
      propagationPolicy: 'Foreground',
    });
  });

  it('throws an error that names the verb, the resource and the key', async () => {
    server.on(`PUT ${ONE}`, refuse(409, 'Conflict', 'the object has been modified'));
    const error = await failure((await clientOf()).replace(configMaps, configMap('a')));
    assert.ok(error instanceof ApiError && isConflict(error));
    assert.equal(error.message, 'replace configmaps default/a: the object has been modified (409 Conflict)');
  });

  it('includes the causes and the time to wait in the error', async () => {
    const details = {
      retryAfterSeconds: 60,
      causes: [{ field: 'spec.x', message: 'no', reason: 'FieldValueInvalid' }],
    };
    server.on(`POST ${COLLECTION}`, reply({ kind: 'Status', code: 429, reason: 'TooManyRequests', details }, 429));
    const error = await failure((await clientOf()).create(configMaps, configMap('a')));
    assert.ok(error instanceof ApiError);
    assert.deepEqual(error.details, details);
  });

  it('reads an error response without a Status', async () => {
    server.on(`GET ${ONE}`, replyText('404 page not found\n', 404));
    const error = await failure((await clientOf()).get(configMaps, KEY));
    assert.ok(error instanceof ApiError && !isNotFound(error));
    assert.match(String(error), /404 page not found \(404 Unknown\)/);
  });

  it('rejects a web page in place of an API response', async () => {
    server.on(`GET ${ONE}`, replyText('<html>please log in</html>'));
    assert.ok((await failure((await clientOf()).get(configMaps, KEY))) instanceof UnreadableResponse);
  });

  it('repeats an idempotent request after the wait that a 429 requests', async () => {
    server.on(`GET ${ONE}`, refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '0' }), reply(configMap('a')));
    await (await clientOf()).get(configMaps, KEY);
    assert.equal(server.seen.length, 2);
  });

  it('fails after a few responses with 429', async () => {
    server.on(`GET ${ONE}`, refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '0' }));
    assert.ok((await failure((await clientOf()).get(configMaps, KEY))) instanceof ApiError);
    assert.equal(server.seen.length, 4);
  });

  it('does not repeat a request that is not idempotent, and does not wait too long', async () => {
    const client = await clientOf();
    server.on(`POST ${COLLECTION}`, refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '0' }));
    server.on(`PATCH ${ONE}`, refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '0' }));
    server.on(`GET ${ONE}`, refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '3600' }));
    await failure(client.create(configMaps, configMap('a')));
    await failure(client.patch(configMaps, KEY, [], { type: 'json' }));
    await failure(client.get(configMaps, KEY));
    assert.equal(server.seen.length, 3);
  });

  it('reads credentials again after a 401, once', async () => {
    server.on(`POST ${COLLECTION}`, refuse(401, 'Unauthorized'), echo);
    await (await clientOf()).create(configMaps, configMap('a'));
    server.on(`POST ${COLLECTION}`, refuse(401, 'Unauthorized'));
    await failure((await clientOf()).create(configMaps, configMap('a')));
    assert.equal(server.seen.length, 4);
  });

  it('fails with a clear message if the server does not respond', async () => {
    server.on(`GET ${ONE}`, silence);
    const error = await failure((await clientOf(50)).get(configMaps, KEY));
    assert.ok(error instanceof ServerUnreachable);
    assert.match(error.message, /^get configmaps default\/a: no response from the API server for 0.05 s$/);
  });

  it('fails if the server stops in the middle of a response', async () => {
    server.on(`GET ${ONE}`, (response) => void response.writeHead(200, { 'Content-Length': 100 }).write('{'));
    assert.ok((await failure((await clientOf(50)).get(configMaps, KEY))) instanceof ServerUnreachable);
  });

  it('reports a connection reset with its cause', async () => {
    server.on(`GET ${ONE}`, reset);
    const error = await failure((await clientOf()).get(configMaps, KEY));
    assert.ok(error instanceof ServerUnreachable && error.cause instanceof Error);
  });

  it('repeats a request on a new connection if the server had closed the old one', async () => {
    server.on(`GET ${ONE}`, reply(configMap('a')), reset, reply(configMap('a')));
    const client = await clientOf();
    await client.get(configMaps, KEY);
    await client.get(configMaps, KEY);
    assert.equal(server.seen.length, 3);
  });

  it('fails with the reason of an aborted signal', async () => {
    server.on(`GET ${ONE}`, silence);
    const controller = new AbortController();
    const call = (await clientOf()).get(configMaps, KEY, { signal: controller.signal });
    const { closed } = await server.called(`GET ${ONE}`);
    controller.abort(new Error('enough'));
    assert.equal((await failure(call)).message, 'enough');
    await closed;
  });

  it('calls beforeSend immediately before each request, and sends nothing if it throws', async () => {
    server.on(`PUT ${ONE}`, refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '0' }));
    let asked = 0;
    const beforeSend = () => {
      if (++asked === 2) throw new Error('too late');
    };
    const error = await failure((await clientOf()).replace(configMaps, configMap('a'), { beforeSend }));
    assert.equal(error.message, 'too late');
    assert.equal(server.seen.length, 1);
  });

  it('rejects a key without a namespace before it sends a request', async () => {
    assert.match((await failure((await clientOf()).get(configMaps, { name: 'a' }))).message, /is namespaced/);
    assert.equal(server.seen.length, 0);
  });

  it('requests any path, and returns JSON or a string', async () => {
    server.on('GET /readyz', replyText('ok')).on('POST /version', reply({ major: '1' }));
    const client = await clientOf();
    assert.equal(await client.raw('GET', '/readyz?verbose=1'), 'ok');
    assert.equal(server.seen[0]?.query['verbose'], '1');
    assert.deepEqual(await client.raw('POST', '/version', {}), { major: '1' });
  });
});

async function failure(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}
