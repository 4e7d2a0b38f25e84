import { createClient, type Client } from '../../../../src/kube/client/client.ts';
import { loadKubeConfig } from '../../../../src/kube/client/kube-config.ts';
import { createLog } from '../../../../src/log.ts';

/** A client with the credentials of a kubeconfig. It does not log. */
export function createHubClient(kubeconfig: string): Client {
  return createClient(loadKubeConfig({ kubeconfig }), { log: createLog('silent', 'hub'), userAgent: 'mooring-hub' });
}
