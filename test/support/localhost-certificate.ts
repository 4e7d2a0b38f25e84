import { createAuthority, issueCertificate } from '../../src/tls/authority.ts';

const day = 86_400_000;

/** A certificate for localhost that is valid from yesterday until tomorrow, its key, and the authority to trust. */
export function localhostCertificate(otherNames: readonly string[] = []): {
  cert: string;
  key: string;
  authority: string;
} {
  const notBefore = new Date(Date.now() - day);
  const notAfter = new Date(Date.now() + day);
  const authority = createAuthority({ commonName: 'test', notBefore, notAfter });
  const names = { commonName: 'localhost', dnsNames: ['localhost', ...otherNames], ipAddresses: ['127.0.0.1'] };
  const { certificate, key } = issueCertificate(authority, { ...names, usages: ['server'], notBefore, notAfter });
  return { cert: certificate, key, authority: authority.certificate };
}
