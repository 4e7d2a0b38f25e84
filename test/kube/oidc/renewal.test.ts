import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { renewTokens } from '../../../src/kube/oidc/renewal.ts';
import { OidcIssuer } from '../../support/oidc-issuer.ts';

describe('renewTokens', () => {
  let issuer: OidcIssuer;

  beforeEach(async () => {
    issuer = await new OidcIssuer().start();
  });
  afterEach(() => issuer.stop());

  const config = (fields: Record<string, string> = {}) => ({
    'client-id': 'mooring',
    'idp-issuer-url': issuer.url,
    'idp-certificate-authority-data': btoa(issuer.authority),
    'refresh-token': issuer.refreshToken,
    ...fields,
  });
  const renewed = () => ({ 'id-token': issuer.newest, 'refresh-token': issuer.refreshToken });

  it('sends the refresh token of a client without a secret', async () => {
    assert.deepEqual(await renewTokens(config(), { environment: {} }), renewed());
    assert.deepEqual(issuer.grants, [
      {
        parameters: { client_id: 'mooring', grant_type: 'refresh_token', refresh_token: 'refresh-0' },
        authorization: undefined,
      },
    ]);
  });

  it('sends the secret in a header', async () => {
    assert.deepEqual(await renewTokens(config({ 'client-secret': 'a:b' }), { environment: {} }), renewed());
    assert.deepEqual(
      issuer.grants.map(({ authorization }) => authorization),
      [`Basic ${btoa('mooring:a%3Ab')}`],
    );
  });

  for (const headers of [{}, { 'WWW-Authenticate': 'Basic realm="idp"' }]) {
    it(`sends the secret in the body if the issuer does not accept it ${JSON.stringify(headers)}`, async () => {
      issuer.replyOnce({ status: 401, body: { error: 'invalid_client' }, headers });
      const fields = config({ 'client-secret': 's' });
      assert.deepEqual(await renewTokens(fields, { environment: {} }), renewed());
      assert.equal(issuer.grants[1]?.parameters['client_secret'], 's');
      assert.equal(issuer.grants[1]?.authorization, undefined);
    });
  }

  it('keeps the refresh token if the issuer does not send another one', async () => {
    issuer.replyOnce({ body: { refresh_token: undefined } });
    assert.deepEqual(await renewTokens(config(), { environment: {} }), { 'id-token': issuer.newest });
  });

  it('reads the authority from a file; data wins', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-renewal-'));
    try {
      const path = join(folder, 'ca.crt');
      const fields = { 'idp-certificate-authority': path };
      assert.deepEqual(await renewTokens(config(fields), { environment: {} }), renewed());
      await writeFile(path, issuer.authority);
      assert.deepEqual(
        await renewTokens(config({ ...fields, 'idp-certificate-authority-data': '' }), { environment: {} }),
        renewed(),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('uses the proxy of the environment', async () => {
    const tunnels: (string | undefined)[] = [];
    const proxy = http.createServer().on('connect', (request, socket) => {
      tunnels.push(request.url);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const upstream = connect(Number(new URL(issuer.url).port), '127.0.0.1').on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
      socket.pipe(upstream).pipe(socket);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const address = proxy.address();
      const port = typeof address === 'object' ? address?.port : 0;
      issuer.host = 'idp.example.test';
      assert.deepEqual(await renewTokens(config(), { environment: { HTTPS_PROXY: `127.0.0.1:${port}` } }), renewed());
      assert.deepEqual([...new Set(tunnels)], [new URL(issuer.url).host]);
    } finally {
      proxy.close();
      proxy.closeAllConnections();
    }
  });

  const failures: [why: string, fields: () => Record<string, string>, message: RegExp][] = [
    ['a refresh token that was used', () => ({ 'refresh-token': 'x' }), /: invalid_grant: the refresh token was used;/],
    [
      'an unknown authority',
      () => ({ 'idp-certificate-authority-data': '' }),
      /unable to verify the first certificate/,
    ],
    [
      'an authority that is missing',
      () => ({ 'idp-certificate-authority-data': '', 'idp-certificate-authority': '/x' }),
      /ENOENT.*'\/x'; try/,
    ],
    [
      'an issuer that is down',
      () => ({ 'idp-issuer-url': 'https://127.0.0.1:1' }),
      /https:\/\/127\.0\.0\.1:1 has not renewed.*ECONNREFUSED/,
    ],
    [
      'an issuer that is not a URL',
      () => ({ 'idp-issuer-url': 'idp' }),
      /idp has not renewed.*: idp-issuer-url must be a URL;/,
    ],
    ['an issuer without TLS', () => ({ 'idp-issuer-url': 'http://127.0.0.1:1' }), /only requests to HTTPS are allowed/],
    [
      'an issuer of another name',
      () => ({ 'idp-issuer-url': `${issuer.url}/other` }),
      /has not renewed the id-token: /,
    ],
  ];
  for (const [why, fields, message] of failures) {
    it(`says in one line what is wrong with ${why}`, async () => {
      await assert.rejects(renewTokens(config(fields()), { environment: {} }), (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
    });
  }

  it('does not send a used refresh token twice', async () => {
    await assert.rejects(renewTokens(config({ 'client-secret': 's', 'refresh-token': 'used' }), { environment: {} }));
    assert.equal(issuer.grants.length, 1);
  });

  it('keeps the process alive until the issuer has answered', async () => {
    const slow = createServer((socket) => void setTimeout(() => socket.destroy(), 300)).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    try {
      const address = slow.address();
      const fields = { 'idp-issuer-url': `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` };
      const module = join(import.meta.dirname, '..', '..', '..', 'src', 'kube', 'oidc', 'renewal.ts');
      const code = `const { renewTokens } = await import(${JSON.stringify(module)});
        await renewTokens(${JSON.stringify(config(fields))}, { environment: {} }).catch(({ message }) => console.log(message));`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      assert.match(await text(child.stdout), /has not renewed the id-token: /);
    } finally {
      slow.close();
    }
  });

  it('gives the issuer a bounded time', async () => {
    issuer.delay = 5000;
    const began = performance.now();
    await assert.rejects(
      renewTokens(config(), { environment: {}, timeout: 0.2 }),
      /timeout; try again, or log in again$/,
    );
    assert.ok(performance.now() - began < 2000);
  });

  it('bounds what the issuer says', async () => {
    issuer.replyOnce({ status: 400, body: { error: 'invalid_request', error_description: `a\nb${'c'.repeat(1000)}` } });
    await assert.rejects(renewTokens(config(), { environment: {} }), /: invalid_request: a bc{100,180}; try again/);
  });

  it('says what to do if the issuer sends no id-token', async () => {
    issuer.replyOnce({ body: { id_token: undefined } });
    await assert.rejects(
      renewTokens(config(), { environment: {} }),
      /the response has no id_token: log in with scope openid; try/,
    );
  });
});
