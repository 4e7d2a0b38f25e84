import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { beforeEach, describe, it } from 'mocha';
import { drain, trackSockets } from '../../../src/webhook/http/drain.ts';
import { localhostCertificate } from '../../support/localhost-certificate.ts';

const { cert, key, authority } = localhostCertificate();
const grace = 50;

describe('drain', () => {
  let server: Server;
  let sockets: ReadonlySet<Socket>;
  let port: number;

  beforeEach(async () => {
    server = createServer({ cert, key }, (request, response) => {
      if (request.url === '/never') return;
      response.end('done');
    });
    sockets = trackSockets(server);
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const address = server.address();
    assert(address !== null && typeof address === 'object');
    ({ port } = address);
  });

  const open = async (path?: string) => {
    const socket = connect({ port, host: 'localhost', ca: authority });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    if (path !== undefined) socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    return socket;
  };
  const drained = async (drainMs = 0, graceMs = grace) => {
    const from = performance.now();
    await drain(server, sockets, { drainMs, graceMs });
    return performance.now() - from;
  };

  it('accepts connections while it drains', async () => {
    const draining = drained(100);
    await sleep(50);
    const socket = await open('/');
    await once(socket, 'data');
    assert((await draining) >= 99);
    assert.equal(server.listening, false);
  });

  it('closes idle connections without waiting', async () => {
    const socket = await open('/');
    await once(socket, 'data');
    assert((await drained(0, 5000)) < 2500);
  });

  it('waits only the grace period for a request without a response', async () => {
    await open('/never');
    await sleep(10);
    assert((await drained()) >= grace - 1);
    assert([...sockets].every(({ destroyed }) => destroyed));
  });

  it('waits only the grace period for a connection without a request', async () => {
    await open();
    await drained();
    assert([...sockets].every(({ destroyed }) => destroyed));
  });

  it('waits only the grace period for a TLS handshake that does not start', async () => {
    const socket = connectPlain({ port, host: 'localhost' });
    socket.on('error', () => {});
    await once(socket, 'connect');
    await sleep(10);
    await drained();
    assert([...sockets].every(({ destroyed }) => destroyed));
  });

  it('returns at once for a server that does not listen', async () => {
    await drained();
    assert((await drained(5000)) < 2500);
  });
});
