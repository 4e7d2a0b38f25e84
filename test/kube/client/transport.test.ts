import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError, ServerUnreachable } from '../../../src/kube/client/errors.ts';
import { loadKubeConfig } from '../../../src/kube/kubeconfig/load.ts';
import { createTransport, type Transport, type TransportTimeouts } from '../../../src/kube/client/transport.ts';
import { localhostCertificate } from '../../support/localhost-certificate.ts';
import { recordedLog } from '../../support/recorded-log.ts';

/** Every server of these tests responds with the URL and the credentials that it received. Over plain HTTP there are none. */
const answer: http.RequestListener = (request, response) => {
  const { url, headers } = request;
  response
    .writeHead(200, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ url, token: headers.authorization }));
};

describe('transport', () => {
  const running: http.Server[] = [];
  afterEach(async () => {
    for (const server of running.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  const listen = async (server: http.Server): Promise<number> => {
    running.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const request = { what: 'get it', method: 'GET', path: '/api' };

  it('connects over TLS only to a server whose CA it trusts', async () => {
    const { cert, key, authority } = localhostCertificate();
    const port = await listen(https.createServer({ cert, key }, answer));
    const server = `https://127.0.0.1:${port}`;
    const trusting = await transportTo({ server, 'certificate-authority-data': btoa(authority) });
    assert.deepEqual(await trusting.json(request), { url: '/api', token: 'Bearer t' });
    const stranger = await transportTo({ server });
    await assert.rejects(stranger.json(request), ServerUnreachable);
    const careless = await transportTo({ server, 'insecure-skip-tls-verify': true });
    assert.deepEqual(await careless.json(request), { url: '/api', token: 'Bearer t' });
  });

  it('presents a client certificate', async () => {
    const { cert, key, authority } = localhostCertificate();
    const server = https.createServer(
      { cert, key, requestCert: true, rejectUnauthorized: false },
      (incoming, response) => {
        const { socket } = incoming;
        const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate() : {};
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(certificate));
      },
    );
    const transport = await transportTo(
      { server: `https://127.0.0.1:${await listen(server)}`, 'certificate-authority-data': btoa(authority) },
      { 'client-certificate-data': btoa(cert), 'client-key-data': btoa(key) },
    );
    assert.match(JSON.stringify(await transport.json(request)), /"CN":"localhost"/);
  });

  it('uses the path in the URL of a server behind a gateway', async () => {
    const port = await listen(http.createServer(answer));
    const transport = await transportTo({ server: `http://127.0.0.1:${port}/clusters/one/` });
    assert.deepEqual(await transport.json({ ...request, query: { a: 'x&y', none: undefined } }), {
      url: '/clusters/one/api?a=x%26y',
    });
  });

  it('connects through the proxy of a cluster', async () => {
    const port = await listen(http.createServer(answer));
    const tunnels: string[] = [];
    const proxy = http.createServer().on('connect', (incoming, socket) => {
      tunnels.push(incoming.url ?? '');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(connect(port, '127.0.0.1')).pipe(socket);
    });
    const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
    const transport = await transportTo({ server: 'http://hub.invalid', 'proxy-url': proxyUrl });
    assert.deepEqual(await transport.json(request), { url: '/api' });
    assert.deepEqual(tunnels, ['hub.invalid:80']);
  });

  it('connects over TLS through a proxy, with the credentials of the proxy URL', async () => {
    const { cert, key, authority } = localhostCertificate();
    const port = await listen(https.createServer({ cert, key }, answer));
    const authorizations: unknown[] = [];
    const proxy = http.createServer().on('connect', (incoming, socket) => {
      authorizations.push(incoming.headers['proxy-authorization']);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(connect(port, '127.0.0.1')).pipe(socket);
    });
    const transport = await transportTo({
      server: `https://127.0.0.1:${port}`,
      'certificate-authority-data': btoa(authority),
      'proxy-url': `http://me:p@127.0.0.1:${await listen(proxy)}`,
    });
    assert.deepEqual(await transport.json(request), { url: '/api', token: 'Bearer t' });
    assert.deepEqual(await transport.json(request), { url: '/api', token: 'Bearer t' });
    assert.deepEqual(authorizations, [`Basic ${btoa('me:p')}`], 'the tunnel is used again');
  });

  it('reuses a connection', async () => {
    let connections = 0;
    const server = http.createServer(answer).on('connection', () => connections++);
    const transport = await transportTo({ server: `http://127.0.0.1:${await listen(server)}` });
    await transport.json(request);
    await transport.json(request);
    assert.equal(connections, 1);
  });

  it('reuses a connection after an error response', async () => {
    let connections = 0;
    const notFound = http.createServer((_incoming, outgoing) => outgoing.writeHead(404).end('no'));
    notFound.on('connection', () => connections++);
    const transport = await transportTo({ server: `http://127.0.0.1:${await listen(notFound)}` });
    for (let count = 0; count < 3; count++) await assert.rejects(transport.json(request), ApiError);
    assert.equal(connections, 1);
  });

  it('sends basic authentication', async () => {
    const { cert, key } = localhostCertificate();
    const server = `https://127.0.0.1:${await listen(https.createServer({ cert, key }, answer))}`;
    const basic = await transportTo({ server, 'insecure-skip-tls-verify': true }, { username: 'me', password: 'p' });
    assert.deepEqual(await basic.json(request), { url: '/api', token: `Basic ${btoa('me:p')}` });
  });

  it('sends a header for each group that it impersonates', async () => {
    const received: unknown[] = [];
    const server = http.createServer((incoming, response) => {
      received.push(
        incoming.headersDistinct['impersonate-group'],
        incoming.headersDistinct['impersonate-extra-scopes'],
      );
      answer(incoming, response);
    });
    const transport = await transportTo(
      { server: `http://127.0.0.1:${await listen(server)}` },
      { as: 'ann', 'as-groups': ['a,b', 'c'], 'as-user-extra': { scopes: ['x', 'y'] } },
    );
    await transport.json(request);
    assert.deepEqual(received, [
      ['a,b', 'c'],
      ['x', 'y'],
    ]);
  });

  it('checks the certificate against the TLS server name of a cluster', async () => {
    const { cert, key, authority } = localhostCertificate();
    const names: unknown[] = [];
    const secure = https
      .createServer({ cert, key }, answer)
      .on('secureConnection', ({ servername }) => names.push(servername));
    const cluster = {
      server: `https://127.0.0.1:${await listen(secure)}`,
      'certificate-authority-data': btoa(authority),
    };
    const transport = await transportTo({ ...cluster, 'tls-server-name': 'localhost' });
    await transport.json(request);
    assert.deepEqual(names, ['localhost']);
    await assert.rejects(
      (await transportTo({ ...cluster, 'tls-server-name': 'other' })).json(request),
      ServerUnreachable,
    );
  });

  it('reports that the connection is refused', async () => {
    const server = http.createServer(answer);
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    const transport = await transportTo({ server: `http://127.0.0.1:${port}` });
    await assert.rejects(transport.json(request), /^ServerUnreachable: get it: .*ECONNREFUSED/);
  });

  it('does not wait for a connection beyond the deadline', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const server = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const transport = await transportTo({ server }, {}, { request: 50 });
    await assert.rejects(transport.json(request), /no response from the API server for 0.05 s/);
    silent.close();
    for (const socket of sockets) socket.destroy();
  });

  const slow = {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sleep',
      args: ['5'],
      interactiveMode: 'Never',
    },
  };

  it('does not wait for a plugin beyond the limit for plugins, and says that it was the plugin', async () => {
    const plugin = { silent: 50, interactive: 50 };
    const transport = await transportTo({ server: 'https://127.0.0.1:1' }, slow, { plugin });
    await assert.rejects(
      transport.json(request),
      /^ServerUnreachable: get it: exec plugin "sleep" has not ended after 0.05 s and was killed$/,
    );
  });

  it('does not wait for a plugin when the caller gives up', async () => {
    const plugin = { silent: 2000, interactive: 2000 };
    const transport = await transportTo({ server: 'https://127.0.0.1:1' }, slow, { plugin });
    await assert.rejects(transport.json({ ...request, signal: AbortSignal.timeout(50) }), /TimeoutError/);
  });

  it('does not count the time of a plugin as time of the request', async () => {
    const { cert, key } = localhostCertificate();
    const server = `https://127.0.0.1:${await listen(https.createServer({ cert, key }, answer))}`;
    const answered = JSON.stringify({
      kind: 'ExecCredential',
      apiVersion: slow.exec.apiVersion,
      status: { token: 'late' },
    });
    const exec = { ...slow.exec, command: 'sh', args: ['-c', `sleep 0.5; echo '${answered}'`] };
    const transport = await transportTo({ server, 'insecure-skip-tls-verify': true }, { exec }, { request: 400 });
    assert.deepEqual(await transport.json(request), { url: '/api', token: 'Bearer late' });
  });

  it('calls beforeSend after it has connected, even if that took long', async () => {
    let requests = 0;
    const port = await listen(http.createServer(() => requests++));
    const transport = await transportTo({ server: `http://127.0.0.1:${port}` });
    let connecting = true;
    const call = transport.json({
      ...request,
      method: 'POST',
      beforeSend: () => {
        assert.equal(connecting, false);
        throw new Error('too late');
      },
    });
    setImmediate(() => (connecting = false));
    await assert.rejects(call, /too late/);
    assert.equal(requests, 0);
  });
});

async function transportTo(
  cluster: object,
  user: object = { token: 't' },
  timeouts: Partial<TransportTimeouts> = {},
): Promise<Transport> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-transport-'));
  const kubeconfig = join(folder, 'config');
  const content = {
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  };
  try {
    await writeFile(kubeconfig, JSON.stringify(content));
    const config = loadKubeConfig({ kubeconfig }, { environment: process.env });
    return createTransport(config, { log: recordedLog().log, userAgent: 'mooring/test', timeouts });
  } finally {
    await rm(folder, { recursive: true });
  }
}
