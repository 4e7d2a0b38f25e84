/** OCM stand-in (local runs only): where a kubeconfig's current context leads. */

import { readFile } from 'node:fs/promises';
import type { KubeConfig } from '../../../src/kube/client/kube-config.ts';

/** Address of the API server. */
export function serverOf(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`the kubeconfig's context ${config.getCurrentContext()} names no cluster`);
  return cluster.server;
}

/** PEM of the authority that the API server is known by. */
export async function authorityOf(config: KubeConfig): Promise<string> {
  const cluster = config.getCurrentCluster();
  if (cluster?.caData !== undefined) return Buffer.from(cluster.caData, 'base64').toString();
  if (cluster?.caFile !== undefined) return readFile(cluster.caFile, 'utf8');
  throw new Error(`the kubeconfig's context ${config.getCurrentContext()} has no certificate authority`);
}
