import { parseJson } from '../../api/json-text.ts';

/** Ms. A token is not used so shortly before it expires. The same as in client-go. */
const expiryDelta = 10_000;

/**
 * Until when an id-token is used, in ms since 1970: ten seconds less than it is valid. A token that does not say when it
 * expires has expired, as in kubectl. Throws an error if the text is not a JWT.
 */
export function usableUntil(token: string): number {
  const [, payload = '', ...rest] = token.split('.');
  const claims = rest.length === 1 ? claimsOf(payload) : undefined;
  if (claims === undefined) throw new Error('auth-provider oidc: the id-token is not a JWT; log in again');
  const expiry = 'exp' in claims ? claims.exp : 0;
  if (typeof expiry !== 'number') throw new Error('auth-provider oidc: the id-token is not a JWT; log in again');
  return expiry * 1000 - expiryDelta;
}

function claimsOf(payload: string): object | undefined {
  try {
    const claims: unknown = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}
