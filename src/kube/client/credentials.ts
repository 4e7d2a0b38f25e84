import type https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

export type TlsOptions = Pick<https.RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

/** The server and the identity for requests. It is the same object until the files and plugins are read again. */
export interface Access {
  server: URL;
  tls: TlsOptions;
  /** `proxy-url` of the kubeconfig. */
  proxyUrl?: string;
  headers: Record<string, string>;
  /** `user:password` of HTTP basic authentication. */
  auth?: string;
}

export interface Credentials {
  current(): Promise<Access>;
  /** Reads the files and calls the plugins again, after the server has rejected the credentials. */
  refresh(): void;
}

/** A file is missing, or a plugin failed. */
export class CredentialsUnavailable extends Error {
  override readonly name = 'CredentialsUnavailable';
}

/** Ms. The files are read again after this time; tokens that rotate are valid for an hour or more. */
const freshMs = 10_000;

/** The credentials of the current context: client certificates, tokens (also in files that rotate), exec plugins, OIDC. */
export function createCredentials(config: KubeConfig): Credentials {
  let source = privateCopy(config);
  let known: { until: number; access: Promise<Access> } | undefined;
  return {
    current() {
      if (known === undefined || known.until < performance.now()) {
        const access = readAccess(source);
        known = { until: performance.now() + freshMs, access };
        access.catch(() => (known = undefined));
      }
      return known.access;
    },
    refresh() {
      known = undefined;
      source = privateCopy(config);
    },
  };
}

async function readAccess(source: KubeConfig): Promise<Access> {
  const cluster = source.getCurrentCluster();
  const options: https.RequestOptions = { headers: {} };
  try {
    await source.applyToHTTPSOptions(options);
  } catch (error) {
    throw new CredentialsUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  const server = new URL(cluster?.server ?? '');
  const auth = typeof options.auth === 'string' ? options.auth : userInfoOf(server);
  return {
    server,
    tls: Object.fromEntries(
      Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(([, value]) => value !== undefined),
    ),
    // A kubeconfig may have an empty proxy-url or null, which mean no proxy.
    ...(cluster?.proxyUrl ? { proxyUrl: cluster.proxyUrl } : {}),
    headers: headersOf(options),
    ...(auth === undefined ? {} : { auth }),
  };
}

/** `user:password` of a URL, which kubectl sends if the user of the kubeconfig has no credentials. */
function userInfoOf({ username, password }: URL): string | undefined {
  return username === '' ? undefined : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
}

/**
 * client-node rejects `http:` unless verification is off, ignores the CA of a context without a user, and caches the
 * result of an exec plugin forever if it has no expiry. A separate copy of the configuration works around all three.
 */
function privateCopy(config: KubeConfig): KubeConfig {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('kubeconfig: the current context has no cluster');
  const copy = new KubeConfig();
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith('http:');
  copy.loadFromClusterAndUser({ ...cluster, skipTLSVerify }, config.getCurrentUser() ?? { name: 'anonymous' });
  return copy;
}

function headersOf(options: https.RequestOptions): Record<string, string> {
  const entries = Object.entries(options.headers ?? {});
  // A token file may end in a newline, which is not allowed in a header.
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value).trim()]));
}
