import { createAuthority, issueCertificate, type CertificateAndKey } from '../../src/tls/authority.ts';

export const day = 24 * 60 * 60_000;

/** The real time, because OpenSSL verifies certificates by it; whole seconds, because certificates have no fractions. */
export const now = Math.floor(Date.now() / 1000) * 1000;

/** An authority that is valid from `startedDaysAgo` days ago, for `days`. */
export function authority(startedDaysAgo = 1, days = 365): CertificateAndKey {
  const notBefore = now - startedDaysAgo * day;
  return createAuthority({
    commonName: 'mooring-webhook-ca',
    notBefore: new Date(notBefore),
    notAfter: new Date(notBefore + days * day),
  });
}

/** A serving certificate for `names`, by default valid for the next ten days. */
export function leaf(
  issuer: CertificateAndKey,
  names: { dnsNames?: string[]; ipAddresses?: string[] } = { dnsNames: ['localhost'] },
  [fromDay, toDay]: readonly [number, number] = [-1, 10],
): CertificateAndKey {
  return issueCertificate(issuer, {
    commonName: 'mooring-webhook',
    ...names,
    usages: ['server'],
    notBefore: new Date(now + fromDay * day),
    notAfter: new Date(now + toDay * day),
  });
}
