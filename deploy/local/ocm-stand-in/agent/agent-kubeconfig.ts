/** OCM stand-in (local runs only): the credentials of its work agent on a spoke. */

import { readFile } from 'node:fs/promises';
import type { Client } from '../../../../src/kube/client/client.ts';
import { formatKubeconfig } from '../../hub/files/kubeconfig.ts';
import { isFresh, readToken } from '../../hub/files/role-token.ts';
import { writeWhole } from '../../hub/files/write-file.ts';

const serviceAccounts = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
} as const;
/** As in `spoke/work-agent.yaml`, and as OCM names them. */
const account = { namespace: 'open-cluster-management-agent', name: 'klusterlet-work-sa' };
const lifetimeSeconds = 365 * 24 * 3600;

export interface AgentKubeconfigOptions {
  cluster: string;
  /** An administrator of the spoke. */
  spoke: Client;
  /** Address of the spoke's API server. */
  server: string;
  /** PEM of the authority that it is known by. */
  authority: string;
  /** Where the kubeconfig goes; one whose token lasts for long is left alone. */
  path: string;
  now: Date;
}

/** Gives the agent of a joined cluster a kubeconfig with OCM's rights, no more. */
export async function ensureAgentKubeconfig(options: AgentKubeconfigOptions): Promise<void> {
  const { cluster, spoke, server, authority, path, now } = options;
  const present = await readFile(path, 'utf8').catch(() => '');
  if (isFresh(readToken(present), now)) return;
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: account,
    spec: { expirationSeconds: lifetimeSeconds },
    status: { token: '' },
  };
  const { status } = await spoke.create(serviceAccounts, request, { subresource: 'token', name: account.name });
  const credentials = { token: status.token };
  await writeWhole(path, formatKubeconfig({ cluster, user: account.name, server, authority, credentials }));
}
