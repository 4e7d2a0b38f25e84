import { stringify } from 'yaml';

/** Who the bearer of a kubeconfig is: a certificate with its key (PEM), or a token. */
export type Credentials = { certificate: string; key: string } | { token: string };

/** What a kubeconfig says. `authority` is PEM. */
export interface KubeconfigContent {
  cluster: string;
  user: string;
  server: string;
  authority: string;
  credentials: Credentials;
}

/** The text of a kubeconfig with one context, named for the cluster. Everything is inside, so the file may be moved. */
export function kubeconfigText({ cluster, user, server, authority, credentials }: KubeconfigContent): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': cluster,
    contexts: [{ name: cluster, context: { cluster, user } }],
    clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name: user, user: userOf(credentials) }],
  });
}

function userOf(credentials: Credentials): Record<string, string> {
  if ('token' in credentials) return { token: credentials.token };
  return {
    'client-certificate-data': base64(credentials.certificate),
    'client-key-data': base64(credentials.key),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
