import { parseJson } from '../../api/json-text.ts';
import type { Cluster, ExecConfig } from './kube-config.ts';

/** What a credential plugin answers. */
export interface ExecCredential {
  token?: string | undefined;
  certificate?: { cert: string; key: string } | undefined;
  /** Milliseconds since 1970. Without it, the credential is used until the API server rejects it. */
  expiresAt?: number | undefined;
}

/** The value of `KUBERNETES_EXEC_INFO`. `authority` is the certificate authority (PEM) of the cluster. */
export function execInfo(
  { apiVersion, provideClusterInfo }: ExecConfig,
  cluster: Cluster,
  { authority, interactive }: { authority: Buffer | undefined; interactive: boolean },
): string {
  const info = {
    server: cluster.server,
    ...(cluster.tlsServerName === undefined ? {} : { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(authority === undefined ? {} : { 'certificate-authority-data': authority.toString('base64') }),
    ...(cluster.proxyUrl === undefined ? {} : { 'proxy-url': cluster.proxyUrl }),
    ...(cluster.disableCompression ? { 'disable-compression': true } : {}),
    config: cluster.execConfig ?? null,
  };
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion,
    spec: { ...(provideClusterInfo ? { cluster: info } : {}), interactive },
  });
}

/** Reads the answer of a plugin. Throws an error with a message of one line. */
export function readExecCredential(text: string, apiVersion: string): ExecCredential {
  const answer = mapIn(parsed(text));
  if (answer['kind'] !== 'ExecCredential') throw new Error('it did not print an ExecCredential');
  if (answer['apiVersion'] !== apiVersion) {
    throw new Error(`it is configured to use ${apiVersion}, but printed ${JSON.stringify(answer['apiVersion'])}`);
  }
  const status = mapIn(answer['status']);
  const token = textIn(status, 'token');
  const cert = textIn(status, 'clientCertificateData');
  const key = textIn(status, 'clientKeyData');
  const expiry = textIn(status, 'expirationTimestamp');
  const expiresAt = expiry === undefined ? undefined : Date.parse(expiry);
  if (Number.isNaN(expiresAt)) throw new Error('status.expirationTimestamp must be a time as in RFC 3339');
  if ((cert === undefined) !== (key === undefined)) throw new Error('it printed only a certificate or only a key');
  if (token === undefined && cert === undefined) throw new Error('it printed neither a token nor a certificate');
  return {
    ...(token === undefined ? {} : { token }),
    ...(cert === undefined || key === undefined ? {} : { certificate: { cert, key } }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new Error('it did not print JSON', { cause });
  }
}

function mapIn(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textIn(status: Record<string, unknown>, name: string): string | undefined {
  const value = status[name] ?? '';
  if (typeof value !== 'string') throw new Error(`status.${name} must be a string`);
  return value === '' ? undefined : value;
}
