import { existsSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';

export type { KubeConfig } from '@kubernetes/client-node';

/** Where the kubelet puts the token of a pod's service account. Source: the Kubernetes documentation. */
const POD_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The credentials to use: the named file, else the pod's own service account, else kubectl's default file.
 * Throws with one line if a file or the context is missing.
 */
export function loadKubeConfig(options: { kubeconfig?: string | undefined; context?: string | undefined }): KubeConfig {
  const config = new KubeConfig();
  if (options.kubeconfig !== undefined) config.loadFromFile(options.kubeconfig);
  else if (options.context === undefined && existsSync(POD_TOKEN)) config.loadFromCluster();
  else config.loadFromDefault();
  if (options.context !== undefined) {
    if (config.getContextObject(options.context) === null) {
      throw new Error(`kubeconfig has no context named "${options.context}"`);
    }
    config.setCurrentContext(options.context);
  }
  if (config.getCurrentCluster() === null) {
    throw new Error(`kubeconfig: context "${config.getCurrentContext()}" names no cluster`);
  }
  return config;
}
