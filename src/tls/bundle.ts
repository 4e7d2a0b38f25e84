import type { X509Certificate } from 'node:crypto';
import { readCertificates } from './pem.ts';

// A rotation leaves one former authority, two at most; a bundle that is edited or rotated by hand stays bounded too.
const formerAtMost = 3;

/**
 * What callers of the webhook are to trust, as PEM: the authority first, then the former ones that have not expired.
 *
 * Those stay because nobody can tell from here when the last replica serves a leaf of the new authority.
 * The same input gives the same bytes.
 */
export function trustBundle(authority: string, former: readonly string[], now: number): string {
  const certificates = new Map<string, X509Certificate>();
  for (const certificate of readCertificates(authority).slice(0, 1)) {
    certificates.set(certificate.fingerprint256, certificate);
  }
  const candidates = former
    .flatMap((pem) => readCertificates(pem))
    .filter((certificate) => certificate.ca && certificate.validToDate.getTime() > now)
    .toSorted(newestFirst);
  for (const certificate of candidates) {
    if (certificates.size > formerAtMost) break;
    certificates.set(certificate.fingerprint256, certificate);
  }
  return [...certificates.values()].map((certificate) => certificate.toString()).join('');
}

function newestFirst(a: X509Certificate, b: X509Certificate): number {
  const byStart = b.validFromDate.getTime() - a.validFromDate.getTime();
  return byStart === 0 ? a.fingerprint256.localeCompare(b.fingerprint256) : byStart;
}
