import { createClient, type Client } from '../../../../src/kube/client/client.ts';
import { loadKubeConfig } from '../../../../src/kube/kubeconfig/load.ts';
import { createLog } from '../../../../src/log.ts';

/** A client with the credentials of a kubeconfig. It does not log. */
export function createHubClient(kubeconfig: string): Client {
  return createClient(loadKubeConfig({ kubeconfig }, { environment: process.env }), {
    log: createLog('silent', 'hub'),
    userAgent: 'mooring-hub',
  });
}
