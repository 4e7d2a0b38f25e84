import { readFile } from 'node:fs/promises';
import type { Access, TlsOptions } from './access.ts';
import { environmentProxy } from './environment-proxy.ts';
import { defaultPluginLimits, ExecPlugin, type PluginLimits } from './exec-plugin.ts';
import { impersonationHeaders } from './impersonation.ts';
import type { Cluster, KubeConfig, User } from './kube-config.ts';
import { serverUrl } from './server-url.ts';
import { systemAuthorities } from './system-authorities.ts';
import { TokenFile } from './token-file.ts';
import { OidcProvider } from '../oidc/oidc-provider.ts';

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

/** The identity at one time. `expiresAt` is in ms since 1970. */
interface Identity {
  authorization?: string | undefined;
  certificate?: { cert: string | Buffer; key: string | Buffer } | undefined;
  expiresAt?: number | undefined;
}

/** Gives the identity, as `authority` (PEM) of the cluster is passed on to plugins. */
type IdentitySource = (authority: Buffer | undefined) => Promise<Identity>;

export interface CredentialsOptions {
  /** How long a credential plugin may take. */
  plugin?: PluginLimits | undefined;
  /** Called with one line about what is wrong although there is an identity. */
  warn?: ((text: string) => void) | undefined;
}

/** The credentials of a context: client certificates, tokens (also in files that rotate), passwords, exec plugins, OIDC. */
export function createCredentials(config: KubeConfig, options: CredentialsOptions = {}): Credentials {
  const { plugin: limits = defaultPluginLimits, warn = () => undefined } = options;
  const server = serverUrl(config.cluster.server);
  const proxyUrl = config.cluster.proxyUrl ?? environmentProxy(server, config.environment);
  const plugin =
    config.user.exec === undefined
      ? undefined
      : new ExecPlugin(config.user.exec, config.cluster, config.environment, limits);
  const provider =
    config.user.authProvider === undefined
      ? undefined
      : new OidcProvider(config.user.authProvider, { environment: config.environment, warn });
  const identity = identitySource(config.user, plugin, provider);
  let known: { until: number; access: Promise<Access> } | undefined;

  const read = async (): Promise<{ access: Access; expiresAt: number }> => {
    const authority = await dataOrFile(config.cluster.certificateAuthorityData, config.cluster.certificateAuthority);
    const isSecure = server.protocol === 'https:';
    // As in kubectl, nobody's credentials are sent in clear text.
    const { authorization, certificate, expiresAt = Infinity } = isSecure ? await identity(authority) : {};
    const header = authorization ?? userInfoOf(server);
    const access: Access = {
      server,
      tls: isSecure ? { ...tlsOf(config.cluster, authority), ...certificate } : {},
      ...(proxyUrl === undefined ? {} : { proxyUrl }),
      headers: {
        ...(header === undefined ? {} : { Authorization: header }),
        ...impersonationHeaders(config.user.impersonation),
      },
    };
    return { access, expiresAt };
  };

  const renew = (): Promise<Access> => {
    const next = {
      until: Infinity,
      access: read().then(({ access, expiresAt }) => {
        next.until = performance.now() + Math.min(freshMs, expiresAt - Date.now());
        return access;
      }, unavailable),
    };
    known = next;
    next.access.catch(() => {
      if (known === next) known = undefined;
    });
    return next.access;
  };

  return {
    current: () => (known === undefined || known.until < performance.now() ? renew() : known.access),
    refresh() {
      known = undefined;
      plugin?.forget();
    },
  };
}

/** As in kubectl, a plugin and the token of an auth-provider are only used without other credentials. */
function identitySource(
  user: User,
  plugin: ExecPlugin | undefined,
  provider: OidcProvider | undefined,
): IdentitySource {
  const tokens = user.tokenFile === undefined ? undefined : new TokenFile(user.tokenFile, user.token);
  const hasCertificate = user.clientCertificate !== undefined || user.clientCertificateData !== undefined;
  const hasPassword = user.username !== undefined || user.password !== undefined;
  const isComplete = hasCertificate || hasPassword || user.token !== undefined || tokens !== undefined;
  if (!isComplete && plugin !== undefined) return (authority) => pluginIdentity(plugin, authority);
  return async () => {
    const token = (await tokens?.token()) ?? user.token;
    const certificate = hasCertificate ? await certificateOf(user) : undefined;
    if (hasPassword) return { authorization: basic(user.username ?? '', user.password ?? ''), certificate };
    if (token !== undefined || provider === undefined) return { authorization: bearer(token), certificate };
    const { token: idToken, expiresAt } = await provider.idToken();
    return { authorization: bearer(idToken), certificate, expiresAt };
  };
}

async function pluginIdentity(plugin: ExecPlugin, authority: Buffer | undefined): Promise<Identity> {
  const { token, certificate, expiresAt } = await plugin.credential(authority);
  return { authorization: bearer(token), certificate, expiresAt };
}

async function certificateOf(user: User): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  const cert = await dataOrFile(user.clientCertificateData, user.clientCertificate);
  const key = await dataOrFile(user.clientKeyData, user.clientKey);
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

function tlsOf({ insecureSkipTlsVerify, tlsServerName }: Cluster, authority: Buffer | undefined): TlsOptions {
  return {
    ...(insecureSkipTlsVerify ? { rejectUnauthorized: false } : { ca: authority ?? systemAuthorities() }),
    ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
  };
}

function bearer(token: string | undefined): string | undefined {
  return token === undefined ? undefined : `Bearer ${token}`;
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** The user and the password in a URL, which kubectl sends, too. */
function userInfoOf({ username, password }: URL): string | undefined {
  return username === '' ? undefined : basic(decodeURIComponent(username), decodeURIComponent(password));
}

async function dataOrFile(data: Buffer | undefined, file: string | undefined): Promise<Buffer | undefined> {
  return data ?? (file === undefined ? undefined : readFile(file));
}

function unavailable(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  throw new CredentialsUnavailable(message, { cause: error });
}
