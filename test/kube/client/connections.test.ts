import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { Connections } from '../../../src/kube/client/connections.ts';
import type { Access } from '../../../src/kube/kubeconfig/access.ts';
import { reply, ScriptedApiServer } from '../../support/scripted-api-server.ts';

describe('connections', () => {
  const access = (changes: Partial<Access> = {}): Access => ({
    server: new URL('https://one:6443/path'),
    tls: { ca: 'CA' },
    headers: { Authorization: 'Bearer t' },
    ...changes,
  });
  const rows: [why: string, changes: Partial<Access>, same: boolean][] = [
    ['the same options need no new connection', {}, true],
    ['a token is sent with each request', { headers: { Authorization: 'Bearer other' } }, true],
    ['a path is sent with each request', { server: new URL('https://one:6443/other') }, true],
    ['another server needs another connection', { server: new URL('https://two:6443') }, false],
    ['another CA may not trust the server', { tls: { ca: 'other' } }, false],
    ['a client certificate is presented when connecting', { tls: { ca: 'CA', cert: 'c', key: 'k' } }, false],
    ['a proxy needs a connection to the proxy', { proxyUrl: 'http://proxy' }, false],
  ];
  for (const [why, changes, same] of rows) {
    it(`${same ? 'keeps' : 'replaces'} connections: ${why}`, () => {
      const connections = new Connections();
      assert.equal(connections.to(access()) === connections.to(access(changes)), same);
    });
  }

  it('lets the process exit while it establishes a connection without a waiting request', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    try {
      await once(silent, 'listening');
      const address = silent.address();
      const origin = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
      const program = `
        import { Connections } from ${JSON.stringify(import.meta.resolve('../../../src/kube/client/connections.ts'))};
        const dispatcher = new Connections().to({ server: new URL('${origin}'), tls: {}, headers: {} });
        dispatcher.request({ path: '/', method: 'GET' }).catch(() => undefined);
      `;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { timeout: 8000 });
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    } finally {
      // A server that still listens would keep the test process running after a failure.
      silent.close();
    }
  });

  describe('with a proxy', () => {
    let server: ScriptedApiServer;
    let proxy: Server;
    const tunnels: string[] = [];

    beforeEach(async () => {
      tunnels.length = 0;
      server = await new ScriptedApiServer().start();
      server.on('GET /', reply({}));
    });
    afterEach(async () => {
      proxy.close();
      await server.stop();
    });

    const start = async (scheme: string, started: Server) => {
      proxy = started.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      const address = proxy.address();
      return `${scheme}://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    };
    const get = async (connections: Connections, proxyUrl: string) => {
      const dispatcher = connections.to(access({ server: new URL(server.url), tls: {}, proxyUrl }));
      const { body } = await dispatcher.request({ origin: server.url, path: '/', method: 'GET' });
      assert.equal(await body.text(), '{}');
    };

    it('opens a tunnel through an http proxy, also to a plain http server', async () => {
      const tunnelling = http.createServer().on('connect', (incoming, socket) => {
        tunnels.push(incoming.url ?? '');
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(connect(Number(new URL(server.url).port), '127.0.0.1')).pipe(socket);
      });
      await get(new Connections(), await start('http', tunnelling));
      assert.deepEqual(tunnels, [new URL(server.url).host]);
    });

    for (const scheme of ['socks5', 'socks5h']) {
      it(`opens a new ${scheme} tunnel for each request`, async () => {
        const proxyUrl = await start(
          scheme,
          createServer((socket) => {
            // RFC 1928: no authentication, then CONNECT, then bytes in both directions.
            socket.once('data', () => {
              socket.write(Uint8Array.of(5, 0));
              socket.once('data', () => {
                tunnels.push(scheme);
                socket.write(Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0));
                socket.pipe(connect(Number(new URL(server.url).port), '127.0.0.1')).pipe(socket);
              });
            });
          }),
        );
        const connections = new Connections();
        await get(connections, proxyUrl);
        await get(connections, proxyUrl);
        assert.deepEqual(tunnels, [scheme, scheme]);
      });
    }
  });
});
