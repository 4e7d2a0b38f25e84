import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment, KubeConfig } from './kube-config.ts';

/** The kubelet mounts the token of a pod's service account in this folder. Source: the Kubernetes documentation. */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The configuration from the service account of the pod, as in client-go. Undefined if the process does not run in a pod. */
export function inClusterConfig(environment: Environment, folder = serviceAccountFolder): KubeConfig | undefined {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = environment;
  const tokenFile = join(folder, 'token');
  if (host === '' || port === '' || !existsSync(tokenFile)) return undefined;
  const authority = join(folder, 'ca.crt');
  return {
    context: 'in-cluster',
    namespace: podNamespace(environment, folder),
    cluster: {
      name: 'in-cluster',
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      certificateAuthority: existsSync(authority) ? authority : undefined,
      insecureSkipTlsVerify: false,
      disableCompression: false,
    },
    user: { name: 'service account', tokenFile },
    environment,
  };
}

function podNamespace({ POD_NAMESPACE: namespace = '' }: Environment, folder: string): string {
  const file = join(folder, 'namespace');
  if (namespace !== '') return namespace;
  return (existsSync(file) ? readFileSync(file, 'utf8').trim() : '') || 'default';
}
