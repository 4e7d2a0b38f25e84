import { stringify } from 'yaml';

/** A client certificate with its key (PEM), or a token. */
export type Credentials = { certificate: string; key: string } | { token: string };

/** The content of a kubeconfig. `authority` is PEM. */
export interface KubeconfigContent {
  cluster: string;
  user: string;
  server: string;
  authority: string;
  credentials: Credentials;
}

/** A kubeconfig in YAML with one context, which has the name of the cluster. It refers to no other file, so it may be moved. */
export function formatKubeconfig({ cluster, user, server, authority, credentials }: KubeconfigContent): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': cluster,
    contexts: [{ name: cluster, context: { cluster, user } }],
    clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': encodeBase64(authority) } }],
    users: [{ name: user, user: formatUser(credentials) }],
  });
}

function formatUser(credentials: Credentials): Record<string, string> {
  if ('token' in credentials) return { token: credentials.token };
  return {
    'client-certificate-data': encodeBase64(credentials.certificate),
    'client-key-data': encodeBase64(credentials.key),
  };
}

function encodeBase64(value: string): string {
  return Buffer.from(value).toString('base64');
}
