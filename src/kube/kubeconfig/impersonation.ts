import type { Impersonation } from './kube-config.ts';

/** The bytes that a header name may have. Source: RFC 9110, `token`; client-go also escapes `%`. */
const plainBytes = /^[!#$&'*+.^_`|~0-9A-Za-z-]$/;

/** The headers with which the API server lets a user act as another one. */
export function impersonationHeaders(impersonation: Impersonation | undefined): Record<string, string | string[]> {
  if (impersonation === undefined) return {};
  const { user, uid, groups, extra } = impersonation;
  return {
    'Impersonate-User': utf8(user),
    ...(uid === undefined ? {} : { 'Impersonate-Uid': utf8(uid) }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups.map(utf8) }),
    ...Object.fromEntries(
      Object.entries(extra)
        .filter(([, values]) => values.length > 0)
        .map(([key, values]) => [`Impersonate-Extra-${escaped(key)}`, values.map(utf8)]),
    ),
  };
}

/** A header value is sent byte by byte. client-go sends the bytes of UTF-8. */
function utf8(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

function escaped(key: string): string {
  return [...Buffer.from(key, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return plainBytes.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
