import type { X509Certificate } from 'node:crypto';
import { readCertificates } from './pem.ts';

// Rotations leave one or two former authorities; this also limits a bundle that is edited or rotated by hand.
const maxFormer = 3;

/**
 * The authorities that callers of the webhook trust, as PEM: the current one first, then former ones that have not expired.
 *
 * Former ones stay, because a replica may still serve a leaf of one. The same input gives the same bytes.
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
    if (certificates.size > maxFormer) break;
    certificates.set(certificate.fingerprint256, certificate);
  }
  return [...certificates.values()].map((certificate) => certificate.toString()).join('');
}

function newestFirst(a: X509Certificate, b: X509Certificate): number {
  const byStart = b.validFromDate.getTime() - a.validFromDate.getTime();
  return byStart === 0 ? a.fingerprint256.localeCompare(b.fingerprint256) : byStart;
}
