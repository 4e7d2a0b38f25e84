import { createClient, type Client } from '../../kube/client/client.ts';
import {
  loadUserKubeConfig,
  namespaceOf,
  type KubeConfig,
  type KubeConfigOptions,
} from '../../kube/client/kube-config.ts';
import { createLog } from '../../log.ts';
import { CommandFailed } from '../command-failed.ts';

/** A cluster, and the namespace that its kubeconfig stands in. */
export interface Connection {
  client: Client;
  namespace: string;
}

/** Who we are to the API server, and to server-side apply the manager of what we write. */
export const cliFieldManager = 'mooring-cli';

/** The cluster of the user's kubeconfig, found as kubectl finds it. Throws CommandFailed. */
export function connect(options: KubeConfigOptions): Connection {
  const config = loaded(options);
  const client = createClient(config, { log: createLog('silent', 'cli'), userAgent: cliFieldManager });
  return { client, namespace: namespaceOf(config) };
}

function loaded(options: KubeConfigOptions): KubeConfig {
  try {
    return loadUserKubeConfig(options);
  } catch (cause) {
    throw new CommandFailed(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
