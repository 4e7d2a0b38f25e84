import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { createWebhookApp, type WebhookAppOptions } from '../../../src/webhook/http/app.ts';
import { admissionReview, decision, parseAnswer } from '../../support/admission-review.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** Serves the routes without TLS. */
async function serve(options: Partial<WebhookAppOptions> = {}) {
  const { log, lines } = recordedLog();
  const allow = () => Promise.resolve(decision());
  const app = createWebhookApp({
    decide: { mutate: allow, validate: allow },
    deadlineMs: 1000,
    isStopping: () => false,
    acceptsSegment: (segment) => segment === 'secret',
    log,
    now: Date.now,
    ...options,
  });
  const server = createServer(app).listen(0, 'localhost');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const post = (path: string, body = JSON.stringify(admissionReview())) =>
    fetch(`http://localhost:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'keep-alive' },
      body,
    });
  return { post, lines, port };
}

describe('the routes of the webhook', () => {
  it('parse the body of a request once', async () => {
    const body = JSON.stringify(admissionReview());
    let parsed = 0;
    const { parse } = JSON;
    JSON.parse = (text: string, ...rest) => {
      if (text === body) parsed += 1;
      return parse(text, ...rest);
    };
    try {
      const { post } = await serve();
      assert.equal((await post('/mutate/secret', body)).status, 200);
    } finally {
      JSON.parse = parse;
    }
    assert.equal(parsed, 1);
  });

  it('respond to a review with the decision of their path', async () => {
    const { post } = await serve({
      decide: {
        mutate: () => Promise.resolve(decision({ notes: ['from mutate'] })),
        validate: () => Promise.resolve(decision({ notes: ['from validate'] })),
      },
    });
    for (const path of ['mutate', 'validate']) {
      const reply = await post(`/${path}/secret`);
      assert.equal(reply.status, 200);
      assert.deepEqual(parseAnswer(await reply.text()).response.warnings, [`from ${path}`]);
    }
  });

  it('reject what is not a review, and log why', async () => {
    const { post, lines } = await serve();
    const reply = await post('/mutate/secret', '{}');
    assert.equal(reply.status, 400);
    const rejected = lines.filter(({ level }) => level === 'info');
    assert.equal(rejected.length, 1);
    assert.match(JSON.stringify(rejected[0]), /request rejected/);
    assert.doesNotMatch(JSON.stringify(lines), /secret/, 'the log does not contain the path');
  });

  for (const path of [
    '/mutate',
    '/mutate/',
    '/mutate/other',
    '/mutate/secret/',
    '/mutate/secret/x',
    '/secret',
    '/x/secret',
  ]) {
    it(`are not found at ${path}`, async () => {
      assert.equal((await (await serve()).post(path)).status, 404);
    });
  }

  it('ask clients to close their connection while the server is stopping', async () => {
    let isStopping = false;
    const { post } = await serve({ isStopping: () => isStopping });
    assert.equal((await post('/mutate/secret')).headers.get('connection'), 'keep-alive');
    isStopping = true;
    assert.equal((await post('/mutate/secret')).headers.get('connection'), 'close');
  });

  const deadlines: { path: string; says: RegExp; why: string }[] = [
    { path: '/mutate/secret', says: /within 1 s/, why: 'the API server sets no timeout' },
    { path: '/mutate/secret?timeout=1s', says: /within 0\.8 s/, why: 'the API server waits for one second' },
    { path: '/mutate/secret?timeout=30s', says: /within 1 s/, why: 'the webhook has a shorter deadline' },
  ];
  for (const { path, says, why } of deadlines) {
    it(`respond to ${path} at the deadline: ${why}`, async () => {
      const never = () => new Promise<never>(() => {});
      const { post } = await serve({ decide: { mutate: never, validate: never } });
      const { status } = parseAnswer(await (await post(path)).text()).response;
      assert.equal(status?.code, 504);
      assert.match(status.message, says);
    });
  }

  const large = (bytes: number, request = {}) =>
    JSON.stringify(
      admissionReview({ object: { metadata: { name: 'primary' }, spec: { x: 'x'.repeat(bytes) } }, ...request }),
    );

  for (const mebibytes of [2, 8]) {
    it(`refuse an object of ${mebibytes} MiB without parsing it`, async () => {
      const never = () => assert.fail('asked');
      const { post } = await serve({ decide: { mutate: never, validate: never } });
      const { uid, allowed, status } = parseAnswer(
        await (await post('/mutate/secret', large(mebibytes * 1024 * 1024))).text(),
      ).response;
      assert.deepEqual([uid, allowed, status?.code, status?.reason], ['uid-1', false, 422, 'Invalid']);
      assert.match(status?.message ?? '', /^the object has \d+ KiB; at most 1024 KiB can be recorded/);
    });
  }

  it('parse a large object if the stored one is as large', async () => {
    const { post } = await serve();
    const oldObject = { metadata: { name: 'primary' }, spec: { x: 'x'.repeat(2 * 1024 * 1024) } };
    const reply = await post('/mutate/secret', large(2 * 1024 * 1024, { operation: 'UPDATE', oldObject }));
    assert.equal(parseAnswer(await reply.text()).response.allowed, true);
  });

  it('respond with 429 to a review that does not fit into the budget in time', async () => {
    const { post, lines } = await serve({ budget: { acquire: () => Promise.resolve(undefined) } });
    const reply = await post('/mutate/secret');
    assert.equal(reply.status, 200);
    const { uid, allowed, status } = parseAnswer(await reply.text()).response;
    assert.deepEqual([uid, allowed], ['uid-1', false]);
    assert.deepEqual(
      [status?.code, status?.reason, status?.details],
      [429, 'TooManyRequests', { retryAfterSeconds: 1 }],
    );
    assert.deepEqual(
      lines.map(({ level }) => level),
      ['warn'],
    );
    const unknown = await post('/mutate/secret', '{}');
    assert.equal(unknown.status, 503, 'there is no uid for a review');
    assert.equal(unknown.headers.get('retry-after'), '1');
  });

  it('release the budget with the response, whatever it is', async () => {
    let reserved = 0;
    const acquire = (bytes: number) => {
      reserved += bytes;
      return Promise.resolve(() => void (reserved -= bytes));
    };
    const { post } = await serve({ budget: { acquire } });
    for (const body of [JSON.stringify(admissionReview()), '{}', large(2 * 1024 * 1024)]) {
      await (await post('/mutate/secret', body)).text();
      assert.equal(reserved, 0);
    }
  });

  it('do not wait for a body longer than for a decision', async () => {
    let released = false;
    const { port } = await serve({
      deadlineMs: 20,
      budget: { acquire: () => Promise.resolve(() => void (released = true)) },
    });
    const socket = connect(port, 'localhost');
    socket.write(
      'POST /mutate/secret HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7000000\r\n\r\n{',
    );
    await once(socket, 'close');
    assert.equal(released, true);
  });
});
