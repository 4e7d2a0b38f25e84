/** OCM stand-in (local runs only): the API server of the current context of a kubeconfig. */

import { readFile } from 'node:fs/promises';
import type { KubeConfig } from '../../../src/kube/client/kube-config.ts';

/** The URL of the API server. */
export function serverOf(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error(`the context ${config.getCurrentContext()} of the kubeconfig does not name a cluster`);
  return cluster.server;
}

/** The certificate (PEM) of the authority that signed the certificate of the API server. */
export async function authorityOf(config: KubeConfig): Promise<string> {
  const cluster = config.getCurrentCluster();
  if (cluster?.caData !== undefined) return Buffer.from(cluster.caData, 'base64').toString();
  if (cluster?.caFile !== undefined) return readFile(cluster.caFile, 'utf8');
  throw new Error(`the context ${config.getCurrentContext()} of the kubeconfig does not have a certificate authority`);
}
