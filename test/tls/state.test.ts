import assert from 'node:assert/strict';
import { readState, type StoredCertificate } from '../../src/tls/state.ts';
import { authority, day, leaf, now } from './pairs.ts';

const ca = authority();
const former = authority(100);
const store = (pair: { certificate: string; key: string }): StoredCertificate => ({ ...pair, bundle: '' });

describe('the state of the certificates', () => {
  it('is missing if the Secrets do not exist', () => {
    assert.deepEqual(readState(undefined, undefined, '', []), { authority: 'missing', leaf: 'missing' });
  });

  it('is unreadable if the Secrets contain no certificates', () => {
    const empty = { certificate: '', key: '', bundle: '' };
    assert.deepEqual(readState(empty, empty, '', []), { authority: 'unreadable', leaf: 'unreadable' });
  });

  it('has the properties of the certificates', () => {
    const serving = leaf(ca, { dnsNames: ['a.test'], ipAddresses: ['10.0.0.1'] });
    const wanted = ['a.test', 'b.test', '10.0.0.1', '10.0.0.2'];
    assert.deepEqual(readState(store(ca), store(serving), ca.certificate, wanted), {
      authority: { notBefore: now - day, notAfter: now + 364 * day, keyMatches: true, isAuthority: true },
      leaf: {
        notBefore: now - day,
        notAfter: now + 10 * day,
        keyMatches: true,
        missingNames: ['b.test', '10.0.0.2'],
        signer: 'current',
      },
    });
  });

  const signers: { why: string; issuer: typeof ca; bundle: string; signer: string }[] = [
    { why: 'the current authority', issuer: ca, bundle: '', signer: 'current' },
    {
      why: 'a former authority that is trusted',
      issuer: former,
      bundle: ca.certificate + former.certificate,
      signer: 'former',
    },
    { why: 'an authority that is not trusted', issuer: former, bundle: ca.certificate, signer: 'unknown' },
  ];
  for (const { why, issuer, bundle, signer } of signers) {
    it(`recognizes a leaf of ${why}`, () => {
      const state = readState(store(ca), store(leaf(issuer)), bundle, []);
      assert.ok(typeof state.leaf === 'object');
      assert.equal(state.leaf.signer, signer);
    });
  }

  it('shows a key that does not match, and a leaf instead of an authority', () => {
    const state = readState({ ...store(leaf(ca)), key: ca.key }, { ...store(leaf(ca)), key: ca.key }, '', []);
    assert.ok(typeof state.leaf === 'object' && typeof state.authority === 'object');
    assert.equal(state.leaf.keyMatches, false);
    assert.equal(state.authority.isAuthority, false);
  });
});
