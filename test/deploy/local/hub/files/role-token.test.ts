import assert from 'node:assert/strict';
import { kubeconfigText } from '../../../../../deploy/local/hub/files/kubeconfig.ts';
import { lastsLong, tokenIn } from '../../../../../deploy/local/hub/files/role-token.ts';

const now = new Date(1_000_000);

/** A token with these claims; times in seconds. */
function token(claims: unknown): string {
  return `header.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

describe("a role's token", () => {
  const rows = [
    { text: token({ iat: 900, exp: 1200 }), lasts: true, why: 'more than half of its life is left' },
    { text: token({ iat: 700, exp: 1200 }), lasts: false, why: 'less than half of its life is left' },
    { text: token({ iat: 100, exp: 900 }), lasts: false, why: 'it has ended' },
    { text: token({ iat: 900 }), lasts: false, why: 'it says no end' },
    { text: token(null), lasts: false, why: 'it says nothing' },
    { text: 'a.b.c', lasts: false, why: 'it is no JWT' },
    { text: undefined, lasts: false, why: 'there is none' },
  ];
  for (const { text, lasts, why } of rows) {
    it(`${lasts ? 'is kept' : 'is renewed'} when ${why}`, () => assert.equal(lastsLong(text, now), lasts));
  }

  it('is found in the kubeconfig that it was written to', () => {
    const place = { cluster: 'hub', user: 'me', server: 's', authority: 'a' };
    assert.equal(tokenIn(kubeconfigText({ ...place, credentials: { token: 'T' } })), 'T');
    assert.equal(tokenIn(kubeconfigText({ ...place, credentials: { certificate: 'c', key: 'k' } })), undefined);
    assert.equal(tokenIn(''), undefined);
  });
});
