import { createClient, type Client } from '../../kube/client/client.ts';
import {
  loadUserKubeConfig,
  namespaceOf,
  type KubeConfig,
  type KubeConfigOptions,
} from '../../kube/client/kube-config.ts';
import { createLog } from '../../log.ts';
import { CommandFailed } from './command-failed.ts';

/** A client of a cluster, and the namespace of the kubeconfig's context. */
export interface Connection {
  client: Client;
  namespace: string;
}

/** The user agent of requests, and the field manager of writes. */
export const cliFieldManager = 'mooring-cli';

/** Connects to the cluster of the user's kubeconfig, which is found as kubectl finds it. Throws CommandFailed. */
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
