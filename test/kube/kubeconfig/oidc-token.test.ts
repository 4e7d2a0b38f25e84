import assert from 'node:assert/strict';
import { oidcToken } from '../../../src/kube/kubeconfig/oidc-token.ts';

describe('oidcToken', () => {
  const token = (claims: string) => `h.${Buffer.from(claims).toString('base64url')}.s`;
  const now = 1_000_000;

  it('is the id-token until ten seconds before it expires', () => {
    assert.equal(oidcToken({ 'id-token': token('{"exp":1011}') }, now), token('{"exp":1011}'));
    assert.throws(() => oidcToken({ 'id-token': token('{"exp":1010}') }, now), /has expired; renew it with a command/);
  });

  for (const invalid of ['text', 'a.b', token('text'), token('{}'), token('{"exp":"soon"}')]) {
    it(`refuses ${invalid}`, () =>
      assert.throws(() => oidcToken({ 'id-token': invalid }, now), /is not a JWT; log in/));
  }

  it('refuses a user who has not logged in', () => {
    assert.throws(() => oidcToken({}, now), /has no id-token; log in again, or use an exec plugin$/);
  });
});
