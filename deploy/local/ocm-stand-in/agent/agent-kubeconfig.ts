/** OCM stand-in (local runs only): the credentials of the work agent on a spoke. */

import { readFile } from 'node:fs/promises';
import type { Client } from '../../../../src/kube/client/client.ts';
import { formatKubeconfig } from '../../hub/files/kubeconfig.ts';
import { isFresh, readToken, requestToken } from '../../hub/files/role-token.ts';
import { writeWhole } from '../../hub/files/write-file.ts';

/** OCM's names, as in `manifests/work-agent.yaml`. */
const account = { namespace: 'open-cluster-management-agent', name: 'klusterlet-work-sa' };

export interface AgentKubeconfigOptions {
  cluster: string;
  /** An administrator of the spoke. */
  spoke: Client;
  /** The URL of the API server of the spoke. */
  server: string;
  /** The certificate (PEM) of the authority that signed the certificate of the API server. */
  authority: string;
  /** The path of the kubeconfig. */
  path: string;
  now: Date;
}

/** Writes a kubeconfig with the rights that OCM's agent has on the spoke, unless the token in the present one is fresh. */
export async function ensureAgentKubeconfig(options: AgentKubeconfigOptions): Promise<void> {
  const { cluster, spoke, server, authority, path, now } = options;
  const present = await readFile(path, 'utf8').catch(() => '');
  if (isFresh(readToken(present), now)) return;
  const credentials = { token: await requestToken(spoke, account) };
  await writeWhole(path, formatKubeconfig({ cluster, user: account.name, server, authority, credentials }));
}
