import { randomBytes } from 'node:crypto';
import forge from 'node-forge';

/** A certificate and its private key, both PEM. */
export interface CertificateAndKey {
  certificate: string;
  key: string;
}

/** The subject and the validity of a certificate; `ipAddresses` may be IPv4 or IPv6, `dnsNames` may start with `*.`. */
export interface CertificateRequest {
  commonName: string;
  organizations?: readonly string[];
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
  usages: readonly ('server' | 'client')[];
  notBefore: Date;
  notAfter: Date;
}

// 2048 bits are enough for certificates that are valid for months; a key takes about 30 ms to generate.
const rsaBits = 2048;

/** Creates a self-signed authority that can sign leaf certificates but no further authorities. */
export function createAuthority(subject: { commonName: string; notBefore: Date; notAfter: Date }): CertificateAndKey {
  const keys = forge.pki.rsa.generateKeyPair({ bits: rsaBits });
  const certificate = blankCertificate(keys.publicKey, subject.notBefore, subject.notAfter);
  const name = distinguishedName(subject.commonName, []);
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true, digitalSignature: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return toPem(certificate, keys.privateKey);
}

/** Issues a leaf certificate with a new key, signed by `authority`. It expires with the authority at the latest. */
export function issueCertificate(authority: CertificateAndKey, request: CertificateRequest): CertificateAndKey {
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const issuerKey = forge.pki.privateKeyFromPem(authority.key);
  const keys = forge.pki.rsa.generateKeyPair({ bits: rsaBits });
  const issuerEnd = issuer.validity.notAfter;
  const notAfter = request.notAfter > issuerEnd ? issuerEnd : request.notAfter;
  const certificate = blankCertificate(keys.publicKey, request.notBefore, notAfter);
  certificate.setSubject(distinguishedName(request.commonName, request.organizations ?? []));
  certificate.setIssuer(subjectOf(issuer));
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    {
      name: 'extKeyUsage',
      serverAuth: request.usages.includes('server'),
      clientAuth: request.usages.includes('client'),
    },
    { name: 'subjectKeyIdentifier' },
    // `true` would write the leaf's own key here; this distinguishes two authorities of the same name.
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
    ...alternativeNames(request),
  ]);
  certificate.sign(issuerKey, forge.md.sha256.create());
  return toPem(certificate, keys.privateKey);
}

function blankCertificate(publicKey: forge.pki.rsa.PublicKey, notBefore: Date, notAfter: Date): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = randomSerial();
  certificate.validity.notBefore = notBefore;
  certificate.validity.notAfter = notAfter;
  return certificate;
}

/** 128 bits in hex. The first byte is 0x40 to 0x7f: positive, and without a leading zero byte, which Go rejects. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

// UTF8String can contain any name; forge's default, PrintableString, allows no `*`, `_` or `@`.
const utf8String: number = forge.asn1.Type.UTF8;

function distinguishedName(commonName: string, organizations: readonly string[]): forge.pki.CertificateField[] {
  return [
    ...organizations.map((organization) => nameField('organizationName', organization)),
    nameField('commonName', commonName),
  ];
}

function nameField(name: string, value: string): forge.pki.CertificateField {
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- @types/node-forge calls the tag a class
  return { name, value, valueTagClass: utf8String };
}

/** The subject, decoded: forge reads a UTF8String as bytes but encodes it when it writes, so the issuer would differ from it. */
function subjectOf(certificate: forge.pki.Certificate): forge.pki.CertificateField[] {
  return certificate.subject.attributes.map((attribute) =>
    Number(attribute.valueTagClass) === utf8String && typeof attribute.value === 'string'
      ? { ...attribute, value: forge.util.decodeUtf8(attribute.value) }
      : attribute,
  );
}

function alternativeNames({ dnsNames = [], ipAddresses = [] }: CertificateRequest): object[] {
  const altNames = [
    ...dnsNames.map((value) => ({ type: 2, value })),
    ...ipAddresses.map((ip) => ({ type: 7, ip })), // the numbers are GeneralName's tags, RFC 5280 4.2.1.6
  ];
  return altNames.length === 0 ? [] : [{ name: 'subjectAltName', altNames }];
}

function toPem(certificate: forge.pki.Certificate, key: forge.pki.rsa.PrivateKey): CertificateAndKey {
  return {
    certificate: withLineFeeds(forge.pki.certificateToPem(certificate)),
    key: withLineFeeds(forge.pki.privateKeyToPem(key)),
  };
}

/** forge ends lines with CRLF; a caBundle and a Secret should contain what openssl would write. */
function withLineFeeds(pem: string): string {
  return pem.replaceAll('\r\n', '\n');
}
