import { existsSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';

export type { KubeConfig } from '@kubernetes/client-node';

/** The kubelet writes the token of a pod's service account to this file. Source: the Kubernetes documentation. */
const podTokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** The kubeconfig file and its context. If one is undefined, its default is used. */
export interface KubeConfigOptions {
  kubeconfig?: string | undefined;
  context?: string | undefined;
}

/**
 * The credentials of the process: the given file, or else the service account of the pod, or else kubectl's default file.
 * Throws an error with a message of one line if a file or the context is missing.
 */
export function loadKubeConfig(options: KubeConfigOptions): KubeConfig {
  const config = new KubeConfig();
  if (options.kubeconfig !== undefined) config.loadFromFile(options.kubeconfig);
  else if (options.context === undefined && existsSync(podTokenFile)) config.loadFromCluster();
  else config.loadFromDefault();
  return inContext(config, options);
}

/**
 * The credentials of the user at the terminal, found as kubectl finds them: the given file, or else `$KUBECONFIG` or the file in
 * the home directory, or else the service account of the pod. Throws the errors that `loadKubeConfig` throws.
 */
export function loadUserKubeConfig(options: KubeConfigOptions): KubeConfig {
  const config = new KubeConfig();
  if (options.kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(options.kubeconfig);
  return inContext(config, options);
}

/** The namespace of the current context. kubectl uses it if no namespace is given. */
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
    throw new Error(`kubeconfig: context "${config.getCurrentContext()}" has no cluster`);
  }
  return config;
}
