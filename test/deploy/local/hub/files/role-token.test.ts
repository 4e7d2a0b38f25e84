import assert from 'node:assert/strict';
import { formatKubeconfig } from '../../../../../deploy/local/hub/files/kubeconfig.ts';
import { isFresh, readToken } from '../../../../../deploy/local/hub/files/role-token.ts';

const now = new Date(1_000_000);

/** A token with these claims. Times are in seconds. */
function token(claims: unknown): string {
  return `header.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

describe('the token of a role', () => {
  const rows = [
    { value: token({ iat: 900, exp: 1200 }), fresh: true, why: 'more than half of its lifetime is left' },
    { value: token({ iat: 700, exp: 1200 }), fresh: false, why: 'less than half of its lifetime is left' },
    { value: token({ iat: 100, exp: 900 }), fresh: false, why: 'it has expired' },
    { value: token({ iat: 900 }), fresh: false, why: 'it does not say when it expires' },
    { value: token(null), fresh: false, why: 'its claims are null' },
    { value: 'a.b.c', fresh: false, why: 'it is not a JWT' },
    { value: undefined, fresh: false, why: 'it is missing' },
  ];
  for (const { value, fresh, why } of rows) {
    it(`${fresh ? 'is kept' : 'is renewed'} when ${why}`, () => assert.equal(isFresh(value, now), fresh));
  }

  it('can be read from the kubeconfig', () => {
    const cluster = { cluster: 'hub', user: 'me', server: 's', authority: 'a' };
    assert.equal(readToken(formatKubeconfig({ ...cluster, credentials: { token: 'T' } })), 'T');
    assert.equal(readToken(formatKubeconfig({ ...cluster, credentials: { certificate: 'c', key: 'k' } })), undefined);
    assert.equal(readToken(''), undefined);
  });
});
