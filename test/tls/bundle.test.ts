import assert from 'node:assert/strict';
import { trustBundle } from '../../src/tls/bundle.ts';
import { readCertificates } from '../../src/tls/pem.ts';
import { authority, leaf, now } from './pairs.ts';

const current = authority(1);
const former = authority(100);
const expired = authority(400, 365);
const pems = (...pairs: { certificate: string }[]) => pairs.map(({ certificate }) => certificate).join('');

const cases: { why: string; former: string[]; bundle: string }[] = [
  { why: 'there is only one authority', former: [], bundle: pems(current) },
  { why: 'a former one stays, after the current one', former: [pems(former)], bundle: pems(current, former) },
  { why: 'an expired one is removed', former: [pems(expired, former)], bundle: pems(current, former) },
  { why: 'each authority appears once', former: [pems(former, current), pems(former)], bundle: pems(current, former) },
  { why: 'a leaf is not trusted as an authority', former: [pems(leaf(current))], bundle: pems(current) },
  { why: 'what is not a certificate is skipped', former: ['garbage', ''], bundle: pems(current) },
];

describe('the trust bundle', () => {
  for (const row of cases) {
    it(`is right when ${row.why}`, () => {
      assert.equal(trustBundle(current.certificate, row.former, now), row.bundle);
    });
  }

  it('has the same bytes for any order of former authorities', () => {
    const [a, b] = [authority(50), authority(60)];
    const bundle = trustBundle(current.certificate, [pems(a, b, former)], now);
    assert.equal(trustBundle(current.certificate, [pems(former), pems(b, a)], now), bundle);
    assert.equal(bundle, pems(current, a, b, former));
  });

  it('contains at most the three newest former authorities', () => {
    const many = [10, 20, 30, 40, 50].map((days) => authority(days));
    const bundle = trustBundle(current.certificate, [pems(...many)], now);
    assert.equal(bundle, pems(current, ...many.slice(0, 3)));
    assert.equal(readCertificates(bundle).length, 4);
  });
});
