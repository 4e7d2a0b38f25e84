import { createClient, type Client } from '../../kube/client/client.ts';
import { InvalidKubeConfig, type Environment, type KubeConfig } from '../../kube/kubeconfig/kube-config.ts';
import { loadUserKubeConfig, type KubeConfigOptions } from '../../kube/kubeconfig/load.ts';
import { CommandFailed } from './command-failed.ts';
import { silentLog } from './silent-log.ts';

/** A client of a cluster, and the namespace of the kubeconfig's context. */
export interface Connection {
  client: Client;
  namespace: string;
}

/** The user agent of requests, and the field manager of writes. */
export const cliFieldManager = 'mooring-cli';

/** The process that connects. */
export interface ConnectionProcess {
  environment: Environment;
  /** Called with one line if renewed credentials are not saved. */
  warn: (text: string) => void;
}

/** Connects to the cluster of the user's kubeconfig, which is found as kubectl finds it. Throws CommandFailed. */
export function connect(options: KubeConfigOptions, { environment, warn }: ConnectionProcess): Connection {
  const config = loaded(options, environment);
  const client = createClient(config, { log: silentLog, userAgent: cliFieldManager, warn });
  return { client, namespace: config.namespace };
}

function loaded(options: KubeConfigOptions, environment: Environment): KubeConfig {
  try {
    return loadUserKubeConfig(options, { environment });
  } catch (error) {
    if (!(error instanceof InvalidKubeConfig)) throw error;
    throw new CommandFailed(error.message, { cause: error });
  }
}
