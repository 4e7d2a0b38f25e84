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

  it('says who it is and what it wants', async () => {
    server.on(`GET ${ONE}`, reply(configMap('a')));
    assert.equal((await (await clientOf()).get(configMaps, KEY)).metadata.name, 'a');
    const { authorization, accept, 'user-agent': userAgent } = server.seen[0]?.headers ?? {};
    assert.deepEqual([authorization, accept, userAgent], ['Bearer secret', 'application/json', 'mooring/test']);
  });

  it('asks for metadata alone by the Accept header, and cuts what a server sends whole', async () => {
    server.on(`GET ${ONE}`, reply(configMap('a', '1', { data: { large: 'value' } })));
    const object = await (await clientOf()).get<ConfigMap>(configMaps, KEY, { metadataOnly: true });
    assert.equal(
      server.seen[0]?.headers.accept,
      'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json',
    );
    assert.deepEqual(Object.keys(object), ['apiVersion', 'kind', 'metadata']);
    assert.equal(object.kind, 'ConfigMap');
  });

  it('passes on each warning that comes with an answer, of a dry run too', async () => {
    const Warning = ['299 - "first"', '299 - "say \\"second\\""'];
    server.on(`PUT ${ONE}`, reply(configMap('a'), 200, { Warning }));
    const warnings: string[] = [];
    const onWarning = (text: string) => void warnings.push(text);
    await (await clientOf()).replace(configMaps, configMap('a'), { dryRun: true, fieldManager: 'me', onWarning });
    assert.deepEqual(warnings, ['first', 'say "second"']);
    assert.deepEqual(server.seen[0]?.query, { dryRun: 'All', fieldManager: 'me' });
  });

  it('sends each write in the form that the API has for it', async () => {
    const client = await clientOf();
    const object = configMap('a');
    const options = { fieldManager: 'me' };
    const rows: [why: string, run: () => Promise<unknown>, call: string, query: object, contentType: string][] = [
      ['create goes to the collection', () => client.create(configMaps, object), `POST ${COLLECTION}`, {}, 'json'],
      [
        'a dry run says so',
        () => client.create(configMaps, object, { dryRun: true, ...options }),
        `POST ${COLLECTION}`,
        { dryRun: 'All', fieldManager: 'me' },
        'json',
      ],
      [
        'a subresource belongs to a name',
        () => client.create(configMaps, object, { subresource: 'token', name: 'b' }),
        `POST ${COLLECTION}/b/token`,
        {},
        'json',
      ],
      [
        'replace goes to the object',
        () => client.replace(configMaps, object, { subresource: 'status' }),
        `PUT ${ONE}/status`,
        {},
        'json',
      ],
      [
        'apply takes fields over unless told not to',
        () => client.apply(configMaps, object, options),
        `PATCH ${ONE}`,
        { fieldManager: 'me', force: 'true' },
        'apply-patch+yaml',
      ],
      [
        'apply can leave fields to others',
        () => client.apply(configMaps, object, { ...options, force: false }),
        `PATCH ${ONE}`,
        { fieldManager: 'me', force: 'false' },
        'apply-patch+yaml',
      ],
      ['a patch merges', () => client.patch(configMaps, KEY, {}), `PATCH ${ONE}`, {}, 'merge-patch+json'],
      [
        'or is a JSON Patch',
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

  it('sends text beyond ASCII whole', async () => {
    server.on(`POST ${COLLECTION}`, echo);
    const sent = configMap('a', '1', { data: { greeting: 'Grüße, 世界 🛳️' } });
    assert.deepEqual(await (await clientOf()).create(configMaps, sent), sent);
  });

  it('deletes under preconditions, and finds nothing wrong with what is gone already', async () => {
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

  it('turns a refusal into an error that names verb, resource and key', async () => {
    server.on(`PUT ${ONE}`, refuse(409, 'Conflict', 'the object has been modified'));
    const error = await failure((await clientOf()).replace(configMaps, configMap('a')));
    assert.ok(error instanceof ApiError && isConflict(error));
    assert.equal(error.message, 'replace configmaps default/a: the object has been modified (409 Conflict)');
  });

  it('keeps causes and the time to wait of a refusal', async () => {
    const details = {
      retryAfterSeconds: 60,
      causes: [{ field: 'spec.x', message: 'no', reason: 'FieldValueInvalid' }],
    };
    server.on(`POST ${COLLECTION}`, reply({ kind: 'Status', code: 429, reason: 'TooManyRequests', details }, 429));
    const error = await failure((await clientOf()).create(configMaps, configMap('a')));
    assert.ok(error instanceof ApiError);
    assert.deepEqual(error.details, details);
  });

  it('reads a refusal without a Status', async () => {
    server.on(`GET ${ONE}`, replyText('404 page not found\n', 404));
    const error = await failure((await clientOf()).get(configMaps, KEY));
    assert.ok(isNotFound(error));
    assert.match(String(error), /404 page not found \(404 NotFound\)/);
  });

  it('takes a page that is no API for what it is', async () => {
    server.on(`GET ${ONE}`, replyText('<html>please log in</html>'));
    assert.ok((await failure((await clientOf()).get(configMaps, KEY))) instanceof UnreadableResponse);
  });

  it('waits as a 429 says and sends again what is idempotent', async () => {
    server.on(`GET ${ONE}`, refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '0' }), reply(configMap('a')));
    await (await clientOf()).get(configMaps, KEY);
    assert.equal(server.seen.length, 2);
  });

  it('gives up on a 429 after a few tries', async () => {
    server.on(`GET ${ONE}`, refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '0' }));
    assert.ok((await failure((await clientOf()).get(configMaps, KEY))) instanceof ApiError);
    assert.equal(server.seen.length, 4);
  });

  it('sends nothing twice that must not be done twice, nor after a wait that is too long', async () => {
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

  it('cuts a server that stays silent, in words that say so', async () => {
    server.on(`GET ${ONE}`, silence);
    const error = await failure((await clientOf(50)).get(configMaps, KEY));
    assert.ok(error instanceof ServerUnreachable);
    assert.match(error.message, /^get configmaps default\/a: no response from the API server for 0.05 s$/);
  });

  it('cuts a server that falls silent in the middle of an answer', async () => {
    server.on(`GET ${ONE}`, (response) => void response.writeHead(200, { 'Content-Length': 100 }).write('{'));
    assert.ok((await failure((await clientOf(50)).get(configMaps, KEY))) instanceof ServerUnreachable);
  });

  it('calls a reset what it is, with its cause', async () => {
    server.on(`GET ${ONE}`, reset);
    const error = await failure((await clientOf()).get(configMaps, KEY));
    assert.ok(error instanceof ServerUnreachable && error.cause instanceof Error);
  });

  it('sends again on a new connection what met one that the server had closed', async () => {
    server.on(`GET ${ONE}`, reply(configMap('a')), reset, reply(configMap('a')));
    const client = await clientOf();
    await client.get(configMaps, KEY);
    await client.get(configMaps, KEY);
    assert.equal(server.seen.length, 3);
  });

  it('stops when told to', async () => {
    server.on(`GET ${ONE}`, silence);
    const controller = new AbortController();
    const call = (await clientOf()).get(configMaps, KEY, { signal: controller.signal });
    const { closed } = await server.called(`GET ${ONE}`);
    controller.abort(new Error('enough'));
    assert.equal((await failure(call)).message, 'enough');
    await closed;
  });

  it('asks right before each sending, and sends nothing if that throws', async () => {
    server.on(`PUT ${ONE}`, refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '0' }));
    let asked = 0;
    const beforeSend = () => {
      if (++asked === 2) throw new Error('too late');
    };
    const error = await failure((await clientOf()).replace(configMaps, configMap('a'), { beforeSend }));
    assert.equal(error.message, 'too late');
    assert.equal(server.seen.length, 1);
  });

  it('refuses a key that lacks its namespace before asking anybody', async () => {
    assert.match((await failure((await clientOf()).get(configMaps, { name: 'a' }))).message, /is namespaced/);
    assert.equal(server.seen.length, 0);
  });

  it('fetches any path, JSON or not', async () => {
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
