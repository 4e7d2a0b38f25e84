import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { connect } from 'node:tls';
import { createAuthority, issueCertificate } from '../../src/tls/authority.ts';
import { trustBundle } from '../../src/tls/bundle.ts';
import { authority, day, leaf, now } from './pairs.ts';

const ca = authority();
const otherCa = authority();

async function listen(pair: { certificate: string; key: string }, clientCa?: string) {
  const server = createServer({
    cert: pair.certificate,
    key: pair.key,
    ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { port: address.port, close: () => server.close() };
}

/** The outcome of a handshake for a client: `ok`, or the error code of OpenSSL. */
async function handshake(port: number, options: { ca: string; servername: string; cert?: string; key?: string }) {
  const socket = connect({ port, host: '127.0.0.1', ...options });
  try {
    await once(socket, 'secureConnect');
    return 'ok';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    socket.destroy();
  }
}

describe('a serving certificate', () => {
  const pair = leaf(ca, { dnsNames: ['localhost', '*.example.test'], ipAddresses: ['127.0.0.1', '::1'] });

  const handshakes: { why: string; trusts: string; servername: string; outcome: string }[] = [
    { why: 'its authority is trusted', trusts: ca.certificate, servername: 'localhost', outcome: 'ok' },
    { why: 'a wildcard covers one label', trusts: ca.certificate, servername: 'a.example.test', outcome: 'ok' },
    {
      why: 'the key id distinguishes two authorities of the same name',
      trusts: trustBundle(otherCa.certificate, [ca.certificate], now),
      servername: 'localhost',
      outcome: 'ok',
    },
    {
      why: 'another authority of the same name did not sign it',
      trusts: otherCa.certificate,
      servername: 'localhost',
      outcome: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    },
    {
      why: 'it is for other names',
      trusts: ca.certificate,
      servername: 'elsewhere.test',
      outcome: 'ERR_TLS_CERT_ALTNAME_INVALID',
    },
  ];
  for (const { why, trusts, servername, outcome } of handshakes) {
    it(`${outcome === 'ok' ? 'is accepted' : 'is rejected'} in a handshake because ${why}`, async () => {
      const server = await listen(pair);
      try {
        assert.equal(await handshake(server.port, { ca: trusts, servername }), outcome);
      } finally {
        server.close();
      }
    });
  }

  it('is valid for IPv4 and IPv6 addresses', () => {
    const certificate = new X509Certificate(pair.certificate);
    assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
    assert.equal(certificate.checkIP('::1'), '::1');
    assert.equal(certificate.checkIP('127.0.0.2'), undefined);
  });

  it('expires with its authority at the latest', () => {
    const long = new X509Certificate(leaf(ca, { dnsNames: ['localhost'] }, [0, 10_000]).certificate);
    assert.equal(long.validTo, new X509Certificate(ca.certificate).validTo);
  });

  it('has an issuer that equals the subject of its authority, with any characters', () => {
    const odd = createAuthority({
      commonName: 'Mörings *_@ 船',
      notBefore: new Date(now),
      notAfter: new Date(now + day),
    });
    const signed = new X509Certificate(leaf(odd).certificate);
    assert.ok(signed.checkIssued(new X509Certificate(odd.certificate)));
  });

  it('is for servers only, so it cannot authenticate a user', () => {
    assert.deepEqual(new X509Certificate(pair.certificate).keyUsage, ['1.3.6.1.5.5.7.3.1']);
  });
});

describe('a client certificate', () => {
  it('is accepted by a server that asks for one, with its user and groups', async () => {
    const user = issueCertificate(ca, {
      commonName: 'system:admin',
      organizations: ['system:masters', 'team-a'],
      usages: ['client'],
      notBefore: new Date(now - day),
      notAfter: new Date(now + day),
    });
    assert.equal(new X509Certificate(user.certificate).subject, 'O=system:masters\nO=team-a\nCN=system:admin');
    const server = await listen(leaf(ca), ca.certificate);
    try {
      const identity = { cert: user.certificate, key: user.key };
      assert.equal(await handshake(server.port, { ca: ca.certificate, servername: 'localhost', ...identity }), 'ok');
    } finally {
      server.close();
    }
  });
});

describe('an authority', () => {
  it('can sign certificates, and signs itself', () => {
    const certificate = new X509Certificate(ca.certificate);
    assert.ok(certificate.ca);
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(new X509Certificate(leaf(ca).certificate).ca, false);
  });

  it('assigns serial numbers that differ, are positive and have no leading zero byte', () => {
    const serials = [ca, otherCa].map(({ certificate }) => new X509Certificate(certificate).serialNumber);
    assert.equal(new Set(serials).size, 2);
    for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/);
  });

  it('writes PEM with line feeds only', () => {
    assert.doesNotMatch(ca.certificate + ca.key, /\r/);
  });
});
