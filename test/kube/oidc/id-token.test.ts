import assert from 'node:assert/strict';
import { usableUntil } from '../../../src/kube/oidc/id-token.ts';

describe('usableUntil', () => {
  const token = (claims: string) => `h.${Buffer.from(claims).toString('base64url')}.s`;

  it('is ten seconds before the token expires, as in kubectl', () => {
    assert.equal(usableUntil(token('{"exp":1011}')), 1_001_000);
    assert.equal(usableUntil(token('{"exp":1011.5}')), 1_001_500);
  });

  it('has passed for a token that does not say when it expires, as in kubectl', () => {
    assert.ok(usableUntil(token('{}')) < 0);
  });

  for (const invalid of ['text', 'a.b', 'a.b.c.d', token('text'), token('null'), token('{"exp":"soon"}')]) {
    it(`refuses ${invalid}`, () =>
      assert.throws(() => usableUntil(invalid), /the id-token is not a JWT; log in again$/));
  }
});
