import { parseJson } from '../../api/json-text.ts';

/** Seconds. A token is not used so shortly before it expires. The same as in client-go. */
const expiryDelta = 10;

/**
 * The id-token of `auth-provider: oidc`. `now` is in ms since 1970. Only kubectl renews it, because the new refresh token has to
 * be written to the kubeconfig file. Throws an error that says how if it has expired.
 */
export function oidcToken(config: Readonly<Record<string, string>>, now: number): string {
  const { 'id-token': token = '' } = config;
  if (token === '') throw new Error('auth-provider oidc has no id-token; log in again, or use an exec plugin');
  const expiry = expiryOf(token);
  if (expiry === undefined) throw new Error('auth-provider oidc: the id-token is not a JWT; log in again');
  if ((expiry - expiryDelta) * 1000 > now) return token;
  throw new Error(
    'auth-provider oidc: the id-token has expired; renew it with a command of kubectl, or use an exec plugin',
  );
}

/** Seconds since 1970. */
function expiryOf(token: string): number | undefined {
  const [, payload = '', ...rest] = token.split('.');
  if (rest.length !== 1) return undefined;
  try {
    const claims: unknown = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
    const hasExpiry = typeof claims === 'object' && claims !== null && 'exp' in claims;
    return hasExpiry && typeof claims.exp === 'number' ? claims.exp : undefined;
  } catch {
    return undefined;
  }
}
