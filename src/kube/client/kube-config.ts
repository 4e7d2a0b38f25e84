import { existsSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';

export type { KubeConfig } from '@kubernetes/client-node';

/** Where the kubelet puts the token of a pod's service account. Source: the Kubernetes documentation. */
const POD_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Where credentials are taken from; what is absent is looked for. */
export interface KubeConfigOptions {
  kubeconfig?: string | undefined;
  context?: string | undefined;
}

/**
 * The credentials to use: the named file, else the pod's own service account, else kubectl's default file.
 * Throws with one line if a file or the context is missing.
 */
export function loadKubeConfig(options: KubeConfigOptions): KubeConfig {
  const config = new KubeConfig();
  if (options.kubeconfig !== undefined) config.loadFromFile(options.kubeconfig);
  else if (options.context === undefined && existsSync(POD_TOKEN)) config.loadFromCluster();
  else config.loadFromDefault();
  return inContext(config, options);
}

/**
 * The credentials of whoever sits at the terminal, found as kubectl finds them: the named file, else `$KUBECONFIG` or the
 * file in the home directory, and only then the pod's service account. Throws as `loadKubeConfig` does.
 */
export function loadUserKubeConfig(options: KubeConfigOptions): KubeConfig {
  const config = new KubeConfig();
  if (options.kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(options.kubeconfig);
  return inContext(config, options);
}

/** The namespace of the current context, which kubectl takes where none is given. */
export function namespaceOf(config: KubeConfig): string {
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace ?? '';
  return namespace === '' ? 'default' : namespace;
}

function inContext(config: KubeConfig, options: KubeConfigOptions): KubeConfig {
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
