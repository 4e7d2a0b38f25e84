import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createAuthority, issueCertificate } from '../../../../src/tls/authority.ts';
import { pathExists } from './path-exists.ts';

/** The certificate files of one cluster or of etcd, in PEM. */
export interface CertificateFiles {
  authority: string;
  serverCertificate: string;
  serverKey: string;
  /** An EC key that signs and verifies service account tokens. */
  serviceAccountKey: string;
  client(name: string): { certificate: string; key: string };
}

/** The user and the groups of a client certificate. */
export interface ClientIdentity {
  user: string;
  groups?: readonly string[];
}

// These certificates are not renewed. A hub for development is not used for ten years.
const lifetimeMs = 10 * 365 * 24 * 3600 * 1000;
const skewMs = 24 * 3600 * 1000;

/** The paths of the certificate files in `folder`. */
export function locateCertificateFiles(folder: string): CertificateFiles {
  return {
    authority: join(folder, 'authority.crt'),
    serverCertificate: join(folder, 'server.crt'),
    serverKey: join(folder, 'server.key'),
    serviceAccountKey: join(folder, 'service-account.key'),
    client: (name) => ({ certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) }),
  };
}

/**
 * Creates an authority, a server certificate and client certificates, unless the folder exists. If it exists, it is
 * complete.
 */
export async function ensureCertificates(
  folder: string,
  owner: string,
  clients: Readonly<Record<string, ClientIdentity>>,
  now: Date,
): Promise<CertificateFiles> {
  if (!(await pathExists(folder))) await createCertificates(folder, owner, clients, now);
  return locateCertificateFiles(folder);
}

async function createCertificates(
  folder: string,
  owner: string,
  clients: Readonly<Record<string, ClientIdentity>>,
  now: Date,
): Promise<void> {
  const validity = { notBefore: new Date(now.getTime() - skewMs), notAfter: new Date(now.getTime() + lifetimeMs) };
  const authority = createAuthority({ commonName: `mooring local ${owner}`, ...validity });
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const files = locateCertificateFiles(draft);
  const server = issueCertificate(authority, {
    commonName: owner,
    dnsNames: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
    ipAddresses: ['127.0.0.1'],
    usages: ['server', 'client'], // etcd also presents its server certificate when it connects to itself
    ...validity,
  });
  await write(files.authority, authority.certificate);
  await write(files.serverCertificate, server.certificate);
  await write(files.serverKey, server.key);
  await write(files.serviceAccountKey, createServiceAccountKey());
  for (const [name, { user, groups = [] }] of Object.entries(clients)) {
    const client = issueCertificate(authority, {
      commonName: user,
      organizations: groups,
      usages: ['client'],
      ...validity,
    });
    await write(files.client(name).certificate, client.certificate);
    await write(files.client(name).key, client.key);
  }
  await mkdir(dirname(folder), { recursive: true });
  await rename(draft, folder);
}

function createServiceAccountKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}

async function write(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
}

/** Reads a PEM file. */
export async function readPem(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
