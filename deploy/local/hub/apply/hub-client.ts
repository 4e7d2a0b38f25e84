import { createClient, type Client } from '../../../../src/kube/client/client.ts';
import { loadKubeConfig } from '../../../../src/kube/client/kube-config.ts';
import { createLog } from '../../../../src/log.ts';

/** A client with the credentials in a file; it logs nothing. */
export function hubClient(kubeconfig: string): Client {
  return createClient(loadKubeConfig({ kubeconfig }), { log: createLog('silent', 'hub'), userAgent: 'mooring-hub' });
}
