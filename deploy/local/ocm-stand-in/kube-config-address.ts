/** OCM stand-in (local runs only): the API server of the current context of a kubeconfig. */

import { readFile } from 'node:fs/promises';
import type { KubeConfig } from '../../../src/kube/kubeconfig/kube-config.ts';

/** The certificate (PEM) of the authority that signed the certificate of the API server. */
export async function authorityOf({ cluster, context }: KubeConfig): Promise<string> {
  if (cluster.certificateAuthorityData !== undefined) return cluster.certificateAuthorityData.toString();
  if (cluster.certificateAuthority !== undefined) return readFile(cluster.certificateAuthority, 'utf8');
  throw new Error(`the context ${context} of the kubeconfig does not have a certificate authority`);
}
