import http from 'node:http';
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

/** What it takes to send a request: where to, over which connections, as whom. */
interface Access {
  server: URL;
  agent: http.Agent;
  headers: Record<string, string>;
  /** `user:password` of HTTP basic authentication. */
  auth?: string;
}

export interface Credentials {
  current(): Promise<Access>;
  /** The server did not know us: read files again and ask plugins again. */
  refresh(): void;
}

/** A file is missing, or a plugin failed. */
export class CredentialsUnavailable extends Error {
  override readonly name = 'CredentialsUnavailable';
}

/** Ms. Files of certificates and CA are read again this often; tokens that rotate have an hour or more. */
const FRESH = 10_000;
/** Ms. Below the 90 s after which kube-apiserver closes an idle connection, so that it rarely does while we send. */
const IDLE = 60_000;

type TlsOptions = Pick<https.RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

/** The credentials of the current context: client certificates, tokens (also in files that rotate), exec plugins, OIDC. */
export function createCredentials(config: KubeConfig): Credentials {
  let source = privateCopy(config);
  let known: { until: number; access: Promise<Access> } | undefined;
  let connections: { fingerprint: string; agent: http.Agent } | undefined;

  const read = async (): Promise<Access> => {
    const server = new URL(source.getCurrentCluster()?.server ?? '');
    const options: https.RequestOptions = { headers: {} };
    try {
      await source.applyToHTTPSOptions(options);
    } catch (error) {
      throw new CredentialsUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
    }
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    const tls: TlsOptions = Object.fromEntries(
      Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(([, value]) => value !== undefined),
    );
    return {
      server,
      agent: source.getCurrentCluster()?.proxyUrl === undefined ? agentFor(server, tls) : proxyAgent(options.agent),
      headers: headersOf(options),
      ...(typeof options.auth === 'string' ? { auth: options.auth } : {}),
    };
  };

  // Connections are kept as long as the certificates are the same; a token may change on an open connection.
  const agentFor = (server: URL, tls: TlsOptions): http.Agent => {
    const fingerprint = JSON.stringify([server.protocol, tls]);
    if (connections?.fingerprint !== fingerprint) {
      const options = { keepAlive: true, timeout: IDLE };
      const agent = server.protocol === 'http:' ? new http.Agent(options) : new https.Agent({ ...options, ...tls });
      connections = { fingerprint, agent };
    }
    return connections.agent;
  };

  return {
    current() {
      if (known === undefined || known.until < performance.now()) {
        const access = read();
        known = { until: performance.now() + FRESH, access };
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

/**
 * client-node refuses `http:` unless verification is off, drops the CA of a context without a user, and keeps the
 * answer of an exec plugin for good where it names no expiry; a copy of our own makes good for all three.
 */
function privateCopy(config: KubeConfig): KubeConfig {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('kubeconfig: the current context names no cluster');
  const copy = new KubeConfig();
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith('http:');
  copy.loadFromClusterAndUser({ ...cluster, skipTLSVerify }, config.getCurrentUser() ?? { name: 'anonymous' });
  return copy;
}

function headersOf(options: https.RequestOptions): Record<string, string> {
  const entries = Object.entries(options.headers ?? {});
  // A token file may end in a newline, which a header must not contain.
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value).trim()]));
}

function proxyAgent(agent: https.RequestOptions['agent']): http.Agent {
  if (agent instanceof http.Agent) return agent;
  throw new Error('kubeconfig: this proxy-url is not supported');
}
