import { isIP } from 'node:net';
import type { X509Certificate } from 'node:crypto';
import type { CertificateAndKey } from './authority.ts';
import { isSignedBy, keyMatches, readCertificates } from './pem.ts';
import type { PathSegments } from './webhook-path.ts';

/** The data of one of the two Secrets, decoded: PEM strings, empty if a key is missing. `bundle` is `ca.crt`. */
export interface StoredCertificate extends CertificateAndKey {
  bundle: string;
  /** Only the serving Secret has them. */
  segments?: PathSegments;
}

/** Properties of a certificate that do not depend on the current time. Times are ms since the epoch. */
interface CertificateFacts {
  notBefore: number;
  notAfter: number;
  keyMatches: boolean;
}

export interface AuthorityFacts extends CertificateFacts {
  isAuthority: boolean;
}

export interface LeafFacts extends CertificateFacts {
  /** Required names that the leaf does not cover. */
  missingNames: string[];
  /** `former`: another authority that is still in the trust bundle. */
  signer: 'current' | 'former' | 'unknown';
}

/** The contents of the two Secrets. */
export interface CertificateState {
  authority: AuthorityFacts | 'missing' | 'unreadable';
  leaf: LeafFacts | 'missing' | 'unreadable';
}

/** Reads facts from the stored PEM. `names` are DNS names and IP addresses; `bundle` is the PEM that callers trust. */
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
    keyMatches: keyMatches(certificate, key),
  };
}

function covers(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name, { subject: 'never' }) !== undefined; // Go ignores the common name too
}

function signerOf(leaf: X509Certificate, issuer: X509Certificate | undefined, bundle: string): LeafFacts['signer'] {
  if (issuer !== undefined && isSignedBy(leaf, issuer)) return 'current';
  return readCertificates(bundle).some((former) => isSignedBy(leaf, former)) ? 'former' : 'unknown';
}
