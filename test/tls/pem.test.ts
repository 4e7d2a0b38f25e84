import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { isSignedBy, keyMatches, readCertificates } from '../../src/tls/pem.ts';
import { authority, leaf } from './pairs.ts';

const ca = authority();
const other = authority();

describe('certificates in PEM', () => {
  it('are read in order, without blocks that cannot be parsed', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const found = readCertificates(`# a remark\n${ca.certificate}${broken}\n${other.certificate}`);
    assert.deepEqual(
      found.map((certificate) => certificate.toString()),
      [ca, other].map(({ certificate }) => certificate),
    );
    assert.deepEqual(readCertificates('nothing here'), []);
  });

  it('match only their own key', () => {
    const certificate = new X509Certificate(ca.certificate);
    assert.equal(keyMatches(certificate, ca.key), true);
    assert.equal(keyMatches(certificate, other.key), false);
    assert.equal(keyMatches(certificate, 'no key'), false);
  });

  it('are signed by the authority that issued them, not by another one of the same name', () => {
    const signed = new X509Certificate(leaf(ca).certificate);
    assert.equal(isSignedBy(signed, new X509Certificate(ca.certificate)), true);
    assert.equal(isSignedBy(signed, new X509Certificate(other.certificate)), false);
  });
});
