import { type AuthProvider, type Cluster, InvalidKubeConfig, type User } from './kube-config.ts';

/** The schemes of `proxy-url`. */
const proxySchemes: readonly string[] = ['http:', 'https:', 'socks5:', 'socks5h:'];

/**
 * Throws InvalidKubeConfig if kubectl refuses the cluster or the user, or if mooring does not support what they say. A
 * field is never ignored, because that could mean another server or another identity.
 */
export function checkUsable(cluster: Cluster, user: User): void {
  const [problem] = [...clusterProblems(cluster), ...userProblems(user), ...urlProblems(cluster, user)];
  if (problem !== undefined) throw new InvalidKubeConfig(`kubeconfig: ${problem}`);
}

function* clusterProblems(cluster: Cluster): Generator<string> {
  const title = `cluster ${JSON.stringify(cluster.name)}`;
  const hasAuthority = cluster.certificateAuthority !== undefined || cluster.certificateAuthorityData !== undefined;
  if (cluster.server === '') yield `${title} has no server`;
  if (cluster.certificateAuthority !== undefined && cluster.certificateAuthorityData !== undefined) {
    yield `${title} has certificate-authority and certificate-authority-data; remove one of them`;
  }
  if (hasAuthority && cluster.insecureSkipTlsVerify) {
    yield `${title} has a certificate authority and insecure-skip-tls-verify; remove one of them`;
  }
  if (cluster.proxyUrl !== undefined) {
    const scheme = URL.parse(cluster.proxyUrl)?.protocol ?? '';
    if (!proxySchemes.includes(scheme)) {
      yield `${title}: proxy-url must be a URL that begins with http, https, socks5 or socks5h`;
    }
  }
}

function* urlProblems({ name, server }: Cluster, user: User): Generator<string> {
  const hasOther = user.token ?? user.tokenFile ?? user.username ?? user.exec ?? user.authProvider;
  if ((URL.parse(server)?.username ?? '') !== '' && hasOther !== undefined) {
    yield `cluster ${JSON.stringify(name)} has a user in its server URL, and user ${JSON.stringify(user.name)} has other credentials; remove one of them`;
  }
}

function* userProblems(user: User): Generator<string> {
  const title = `user ${JSON.stringify(user.name)}`;
  const hasCertificate = user.clientCertificate !== undefined || user.clientCertificateData !== undefined;
  const hasPassword = user.username !== undefined || user.password !== undefined;
  if (user.clientCertificate !== undefined && user.clientCertificateData !== undefined) {
    yield `${title} has client-certificate and client-certificate-data; remove one of them`;
  }
  if (hasCertificate && user.clientKey !== undefined && user.clientKeyData !== undefined) {
    yield `${title} has client-key and client-key-data; remove one of them`;
  }
  if (hasCertificate && user.clientKey === undefined && user.clientKeyData === undefined) {
    yield `${title} has a client certificate without client-key or client-key-data`;
  }
  if (hasPassword && (user.token !== undefined || user.tokenFile !== undefined)) {
    yield `${title} has a token and a username or password; remove one of them`;
  }
  if (user.exec !== undefined && user.authProvider !== undefined) {
    yield `${title} has exec and auth-provider; remove one of them`;
  }
  if (user.authProvider !== undefined) yield* authProviderProblems(title, user.authProvider);
}

function* authProviderProblems(title: string, { name, config }: AuthProvider): Generator<string> {
  if (name !== 'oidc') {
    yield `${title}: auth-provider ${JSON.stringify(name)} is not supported; use an exec plugin`;
    return;
  }
  for (const field of ['idp-issuer-url', 'client-id']) {
    if ((config[field] ?? '') === '') yield `${title}: auth-provider oidc has no ${field}`;
  }
  const data = (config['idp-certificate-authority-data'] ?? '').replaceAll(/[\r\n]/g, '');
  if (Buffer.from(data, 'base64').toString('base64') !== data) {
    yield `${title}: auth-provider oidc: idp-certificate-authority-data must be base64`;
  }
}
