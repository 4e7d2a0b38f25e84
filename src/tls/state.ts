import { isIP } from 'node:net';
import type { X509Certificate } from 'node:crypto';
import type { CertificateAndKey } from './authority.ts';
import { isSignedBy, keyFits, readCertificates } from './pem.ts';

/** A Secret of ours, decoded: PEM texts, empty where a key is absent. `bundle` is `ca.crt`. */
export interface StoredCertificate extends CertificateAndKey {
  bundle: string;
}

/** What can be told about a certificate without asking what time it is. Times are ms since 1970. */
interface CertificateFacts {
  notBefore: number;
  notAfter: number;
  keyFits: boolean;
}

export interface AuthorityFacts extends CertificateFacts {
  isAuthority: boolean;
}

export interface LeafFacts extends CertificateFacts {
  /** Wanted names that the leaf does not cover. */
  missingNames: string[];
  /** `former`: by another authority that is in the trust bundle still. */
  signer: 'current' | 'former' | 'unknown';
}

/** What the two Secrets hold. */
export interface CertificateState {
  authority: AuthorityFacts | 'missing' | 'unreadable';
  leaf: LeafFacts | 'missing' | 'unreadable';
}

/** Reads the stored texts into facts. `names` are DNS names and IP addresses; `bundle` is what callers trust, PEM. */
export function readState(
  authority: StoredCertificate | undefined,
  leaf: StoredCertificate | undefined,
  bundle: string,
  names: readonly string[],
): CertificateState {
  const issuer = readFirst(authority);
  return { authority: authorityFacts(authority, issuer), leaf: leafFacts(leaf, issuer, bundle, names) };
}

function authorityFacts(
  stored: StoredCertificate | undefined,
  certificate: X509Certificate | undefined,
): CertificateState['authority'] {
  if (stored === undefined) return 'missing';
  if (certificate === undefined) return 'unreadable';
  return { ...certificateFacts(certificate, stored.key), isAuthority: certificate.ca };
}

function leafFacts(
  stored: StoredCertificate | undefined,
  issuer: X509Certificate | undefined,
  bundle: string,
  names: readonly string[],
): CertificateState['leaf'] {
  if (stored === undefined) return 'missing';
  const certificate = readFirst(stored);
  if (certificate === undefined) return 'unreadable';
  return {
    ...certificateFacts(certificate, stored.key),
    missingNames: names.filter((name) => !covers(certificate, name)),
    signer: signerOf(certificate, issuer, bundle),
  };
}

function readFirst(stored: StoredCertificate | undefined): X509Certificate | undefined {
  return readCertificates(stored?.certificate ?? '')[0];
}

function certificateFacts(certificate: X509Certificate, key: string): CertificateFacts {
  return {
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    keyFits: keyFits(certificate, key),
  };
}

function covers(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name, { subject: 'never' }) !== undefined; // Go looks at no common name either
}

function signerOf(leaf: X509Certificate, issuer: X509Certificate | undefined, bundle: string): LeafFacts['signer'] {
  if (issuer !== undefined && isSignedBy(leaf, issuer)) return 'current';
  return readCertificates(bundle).some((former) => isSignedBy(leaf, former)) ? 'former' : 'unknown';
}
