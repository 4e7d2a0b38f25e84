import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import type { CertificateAndKey } from '../../src/tls/authority.ts';
import { ServingCertificate } from '../../src/tls/serving-certificate.ts';
import { encodeSecret, secretResource, type Secret } from '../../src/tls/secret.ts';
import { servingSecretName } from '../../src/tls/store.ts';
import type { PathSegments } from '../../src/tls/webhook-path.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { authority, day, leaf, now } from './pairs.ts';
import { recordingLog } from './recording-log.ts';

const namespace = 'mooring-system';
const ca = authority();
const [first, second] = [leaf(ca), leaf(ca)];
const expired = leaf(ca, { dnsNames: ['localhost'] }, [-3, -1]);

const secretOf = (pair: CertificateAndKey, segments?: PathSegments): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: servingSecretName, namespace },
  data: encodeSecret({ ...pair, bundle: ca.certificate, ...(segments === undefined ? {} : { segments }) }),
});

function watching() {
  const client = createMemoryClient();
  const log = recordingLog();
  const used: string[] = [];
  const accepted: (readonly string[])[] = [];
  const stop = new AbortController();
  const time = { now };
  const serving = new ServingCertificate({
    client,
    namespace,
    now: () => time.now,
    log,
    onCertificate: ({ cert }) => void used.push(cert),
    onSegments: (segments) => void accepted.push(segments),
  });
  const running = serving.run(stop.signal);
  const put = (pair: CertificateAndKey, segments?: PathSegments) =>
    client.apply(secretResource, secretOf(pair, segments), { fieldManager: 'test', force: true });
  const end = async () => {
    stop.abort();
    await running;
  };
  return { client, log, used, accepted, time, serving, put, end };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2);
}

describe('the serving certificate', () => {
  it('is passed on as soon as it exists, and again when it is replaced', async () => {
    const { used, serving, put, end } = watching();
    assert.deepEqual([serving.expiresAt(), serving.isValid()], [undefined, false]);
    await put(first);
    assert.equal((await serving.first).cert, first.certificate);
    assert.deepEqual([serving.expiresAt(), serving.isValid()], [now + 10 * day, true]);
    await put(second);
    await until(() => used.length === 2);
    assert.deepEqual(used, [first.certificate, second.certificate]);
    await end();
  });

  it('comes with the segments of paths; those of the Secret before it stay accepted', async () => {
    const { accepted, put, end } = watching();
    const [a = '', b = '', c = '', d = ''] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32));
    await put(first, { current: a, next: b });
    await until(() => accepted.length === 1);
    await put(first);
    await put(second, { current: c, next: d });
    await until(() => accepted.length === 2);
    assert.deepEqual(accepted, [
      [a, b],
      [c, d, a, b],
    ]);
    await end();
  });

  const invalid: { why: string; pair: CertificateAndKey }[] = [
    { why: 'its key belongs to another one', pair: { certificate: second.certificate, key: first.key } },
    { why: 'it has expired', pair: expired },
    { why: 'it is not a certificate', pair: { certificate: 'garbage', key: second.key } },
  ];
  for (const { why, pair } of invalid) {
    it(`stays in use if a new one is invalid because ${why}`, async () => {
      const { log, used, serving, put, end } = watching();
      await put(first);
      await serving.first;
      await put(pair);
      await until(() => log.lines.includes('error the new serving certificate is invalid and not used'));
      assert.deepEqual(used, [first.certificate]);
      assert.equal(serving.isValid(), true);
      await end();
    });
  }

  it('stays in use if its Secret is deleted', async () => {
    const { client, log, used, serving, put, end } = watching();
    await put(first);
    await serving.first;
    await client.delete(secretResource, { namespace, name: servingSecretName });
    await until(() => log.lines.includes('warn the serving Secret was deleted; the certificate stays in use'));
    assert.deepEqual(used, [first.certificate]);
    await end();
  });

  it('is not valid any more after it has expired', async () => {
    const { time, serving, put, end } = watching();
    await put(first);
    await serving.first;
    time.now += 10 * day;
    assert.equal(serving.isValid(), false);
    await end();
  });

  it('is replaced in a running server by setSecureContext', async () => {
    const server = createServer({ cert: first.certificate, key: first.key });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const serialServed = async () => {
      const socket = connect({ port: address.port, host: '127.0.0.1', servername: 'localhost', ca: ca.certificate });
      await once(socket, 'secureConnect');
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    };
    try {
      assert.equal(await serialServed(), new X509Certificate(first.certificate).serialNumber);
      server.setSecureContext({ cert: second.certificate, key: second.key });
      assert.equal(await serialServed(), new X509Certificate(second.certificate).serialNumber);
    } finally {
      server.close();
    }
  });

  it('may be valid only from a future time, because the clock of the webhook may be behind', async () => {
    const { serving, put, end } = watching();
    const early = leaf(ca, { dnsNames: ['localhost'] }, [1, 2]);
    await put(early);
    assert.equal((await serving.first).cert, early.certificate);
    assert.equal(serving.expiresAt(), now + 2 * day);
    await end();
  });
});
