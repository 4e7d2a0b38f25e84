import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { maxBodyBytes } from '../../../src/webhook/http/body.ts';
import { WebhookServer, type WebhookServerOptions } from '../../../src/webhook/http/server.ts';
import { admissionReview, decision, deepReview, parseAnswer } from '../../support/admission-review.ts';
import { httpsCall, type Call } from '../../support/https-call.ts';
import { localhostCertificate } from '../../support/localhost-certificate.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const json = { 'content-type': 'application/json' };
const review = JSON.stringify(admissionReview());
const allow = async () => decision();
const never = () => new Promise<never>(() => {});
const slowly = async () => {
  await sleep(100);
  return decision();
};

const certificate = localhostCertificate();
const other = localhostCertificate();
const agent = new Agent({ keepAlive: true, ca: [certificate.authority, other.authority] });
const started: WebhookServer[] = [];

function create(options: Partial<WebhookServerOptions> = {}) {
  const { log, lines } = recordedLog();
  const decide = { mutate: allow, validate: allow };
  const server = new WebhookServer({ decide, log, now: Date.now, drainMs: 1, ...options });
  started.push(server);
  return { server, lines };
}

async function start(options: Partial<WebhookServerOptions> = {}) {
  const { server, lines } = create(options);
  server.setCertificate(certificate);
  server.setSegments(['secret']);
  await server.listen(0, 'localhost');
  const { port } = server.address();
  const ask = (call: Partial<Call> = {}) =>
    httpsCall({ agent, port, path: '/mutate/secret', headers: json, body: review, ...call });
  return { server, lines, port, ask };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.drain()));
});
after(() => agent.destroy());

describe('the webhook', () => {
  let shared: Awaited<ReturnType<typeof start>>;
  before(async () => {
    shared = await start({ decide: { mutate: allow, validate: async () => decision({ notes: ['from validate'] }) } });
    started.length = 0;
  });
  after(() => shared.server.drain());

  it('responds to a review at /mutate and at /validate with different decisions', async () => {
    const mutated = await shared.ask({ path: '/mutate/secret?timeout=5s' });
    assert.equal(mutated.status, 200);
    assert.equal(mutated.headers['content-type'], 'application/json');
    assert.deepEqual(parseAnswer(mutated.text).response, { uid: 'uid-1', allowed: true });
    const validated = await shared.ask({ path: '/validate/secret' });
    assert.deepEqual(parseAnswer(validated.text).response.warnings, ['from validate']);
  });

  it('keeps connections alive, and does not reveal its software', async () => {
    const { headers } = await shared.ask();
    assert.equal(headers.connection, 'keep-alive');
    assert.equal(headers['x-powered-by'], undefined);
    assert.equal(headers.etag, undefined);
  });

  const refused: [call: Partial<Call>, status: number, why: string][] = [
    [{ method: 'GET', body: '' }, 405, 'reviews are posted'],
    [{ method: 'PUT' }, 405, 'reviews are posted, not put'],
    [{ method: 'OPTIONS', body: '' }, 405, 'OPTIONS is not supported'],
    [{ path: '/' }, 404, 'the path does not exist'],
    [{ path: '/mutate/secret/' }, 404, 'the path has an additional slash'],
    [{ path: '/mutate' }, 404, 'the path has no segment'],
    [{ path: '/mutate/other' }, 404, 'the path has an unknown segment'],
    [{ method: 'GET', path: '/mutate/other', body: '' }, 404, 'the segment is unknown, whatever the method'],
    [{ path: '/Mutate/secret' }, 404, 'paths are case-sensitive'],
    [{ path: '/mutate/%' }, 404, 'the path cannot be decoded'],
    [{ headers: {} }, 415, 'there is no content type'],
    [{ headers: { 'content-type': 'text/json' } }, 415, 'it is another content type'],
    [{ headers: { 'content-type': 'application/jsonp' } }, 415, 'the content type has another ending'],
    [{ headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } }, 415, 'protobuf is not supported'],
    [{ headers: { ...json, 'content-encoding': 'gzip' } }, 415, 'compression is not supported'],
    [{ body: '' }, 400, 'the body is empty'],
    [{ body: '{' }, 400, 'the body is not JSON'],
    [{ body: '{}' }, 400, 'the body is not an AdmissionReview'],
    [{ body: '['.repeat(1_000_000) + ']'.repeat(1_000_000) }, 400, 'the body is a deep list'],
    [{ body: Buffer.alloc(maxBodyBytes + 1, ' ') }, 413, 'the body is too large'],
    [
      { body: Array.from({ length: 8 }, () => Buffer.alloc(1024 * 1024, ' ')) },
      413,
      'the body is too large and has no length',
    ],
  ];
  for (const [call, status, why] of refused) {
    it(`responds with ${status} in one line, and continues, when ${why}`, async () => {
      const reply = await shared.ask(call);
      assert.equal(reply.status, status);
      assert.match(reply.text, /^.+\n$/);
      assert.equal(reply.headers.allow, status === 405 ? 'POST' : undefined);
      assert.equal((await shared.ask()).status, 200);
    });
  }

  it('accepts a content type with parameters, identity encoding and chunks', async () => {
    const half = Math.floor(review.length / 2);
    const reply = await shared.ask({
      headers: { 'content-type': 'Application/JSON; charset=utf-8', 'content-encoding': 'identity' },
      body: [Buffer.from(review.slice(0, half)), Buffer.from(review.slice(half))],
    });
    assert.equal(reply.status, 200);
  });

  it('accepts two objects of 3 MiB', async () => {
    const object = { metadata: { name: 'big' }, spec: { data: 'x'.repeat(3 * 1024 * 1024) } };
    const body = JSON.stringify(admissionReview({ operation: 'UPDATE', object, oldObject: object }));
    assert.equal((await shared.ask({ body })).status, 200);
  });

  for (const levels of [20_000, 1_000_000]) {
    it(`denies an object with ${levels} levels`, async () => {
      const reply = await shared.ask({ body: deepReview(levels) });
      assert.equal(reply.status, 200);
      assert.equal(parseAnswer(reply.text).response.status?.code, 422);
    });
  }

  it('survives a client that closes the connection within a body', async () => {
    const socket = connect({ port: shared.port, host: 'localhost', ca: certificate.authority });
    await once(socket, 'secureConnect');
    socket.write(
      'POST /mutate/secret HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await sleep(20);
    socket.destroy();
    assert.equal((await shared.ask()).status, 200);
    assert.deepEqual(
      shared.lines.filter((line) => line.level === 'error'),
      [],
    );
  });

  it('supports no TLS older than 1.2', async () => {
    const socket = connect({
      port: shared.port,
      host: 'localhost',
      ca: certificate.authority,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await assert.rejects(once(socket, 'secureConnect'));
  });
});

describe('the deadline of the webhook', () => {
  it('ends with a denial that names it', async () => {
    const { ask } = await start({ decide: { mutate: never, validate: never }, deadlineMs: 20 });
    const { status } = parseAnswer((await ask()).text).response;
    assert.equal(status?.code, 504);
    assert.match(status.message, /within 0\.02 s/);
  });

  it('is shorter if the API server has a shorter timeout', async () => {
    const { ask } = await start({ decide: { mutate: never, validate: never } });
    const { status } = parseAnswer((await ask({ path: '/validate/secret?timeout=1s' })).text).response;
    assert.match(status?.message ?? '', /within 0\.8 s/);
  });
});

describe('the certificate of the webhook', () => {
  it('is needed to listen', async () => {
    const { server } = create();
    assert.deepEqual(server.whyNotServing(), ['webhook: no certificate yet']);
    const listening = server.listen(0, 'localhost');
    assert.throws(() => server.address());
    server.setCertificate(certificate);
    await listening;
    assert.deepEqual(server.whyNotServing(), ['webhook: no path yet']);
    server.setSegments(['secret']);
    assert.equal(server.isServing(), true);
  });

  it('is replaced without a restart', async () => {
    const { server, port } = await start();
    const served = async () => {
      const socket = connect({ port, host: 'localhost', ca: [certificate.authority, other.authority] });
      await once(socket, 'secureConnect');
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    };
    const first = await served();
    server.setCertificate(other);
    assert.notEqual(await served(), first);
  });

  it('stays in use if the next one does not match its key', async () => {
    const { server, ask } = await start();
    assert.throws(() => server.setCertificate({ cert: certificate.cert, key: other.key }));
    assert.throws(() => server.setCertificate({ cert: 'x', key: 'y' }));
    assert.equal(server.isServing(), true);
    assert.equal((await ask()).status, 200);
  });

  for (const [days, why] of [
    [2, 'has expired'],
    [-2, 'is not valid yet'],
  ] as const) {
    it(`makes it not ready when it ${why}`, async () => {
      const { server } = await start({ now: () => Date.now() + days * 86_400_000 });
      assert.deepEqual(server.whyNotServing(), ['webhook: the certificate is not valid now']);
    });
  }
});

describe('stopping the webhook', () => {
  it('makes it not ready at once; it continues to serve, closes connections after responses, then stops', async () => {
    const { server, ask } = await start({ drainMs: 100 });
    const drained = server.drain();
    assert.deepEqual(server.whyNotServing(), ['webhook: shutting down']);
    const reply = await ask();
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.connection, 'close');
    await drained;
    await assert.rejects(ask(), { code: 'ECONNREFUSED' });
    await server.drain();
  });

  it('lets requests in flight finish', async () => {
    const { server, ask } = await start({ decide: { mutate: slowly, validate: slowly }, drainMs: 1 });
    const reply = ask();
    await sleep(50);
    await server.drain();
    assert.equal((await reply).status, 200);
  });

  it('works before it listens', async () => {
    const { server } = create();
    const listening = server.listen(0, 'localhost');
    await server.drain();
    await listening;
    assert.equal(server.isServing(), false);
  });

  it('works while it begins to listen', async () => {
    const { server } = create();
    server.setCertificate(certificate);
    const listening = server.listen(0, 'localhost');
    await Promise.all([server.drain(), listening]);
    assert.throws(() => server.address());
  });

  it('loses no call during a rolling update', async () => {
    const old = await start({ drainMs: 500 });
    const next = await start();
    const calling = new Agent({ keepAlive: true, ca: certificate.authority });
    // A Service behaves like this: a replica that is not ready still receives calls for a while.
    let port = old.port;
    const stop = new AbortController();
    let answered = 0;
    const callers = Array.from({ length: 8 }, async () => {
      while (!stop.signal.aborted) {
        const reply = await httpsCall({ agent: calling, port, path: '/mutate/secret', headers: json, body: review });
        assert.equal(reply.status, 200);
        answered += 1;
      }
    });
    await sleep(50);
    const drained = old.server.drain();
    await sleep(150);
    port = next.port;
    await drained;
    await sleep(50);
    stop.abort();
    await Promise.all(callers);
    calling.destroy();
    assert(answered > callers.length);
  });
});
