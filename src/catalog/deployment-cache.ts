import { workloadDeployments } from '../api/kinds.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Client } from '../kube/client/client.ts';
import type { Log } from '../log.ts';
import { reduced } from './stores/reduced.ts';
import { spokeNamespacesOf, usedDefinitions } from './referrers/keys.ts';

/** Indexes of deployments: by the definitions that they use (`Kind/namespace/name`), and by their namespaces on the spokes. */
export const referrerIndexes = { definition: 'definition', spokeNamespace: 'spokeNamespace' } as const;

export interface DeploymentCacheOptions {
  client: Client;
  log: Log;
  systemNamespace: string;
  /** Further indexes. */
  indexes?: Record<string, (deployment: WorkloadDeployment) => string[]>;
}

/** Creates an informer on deployments, which is not running yet. */
export function deploymentCache({
  client,
  log,
  systemNamespace,
  indexes = {},
}: DeploymentCacheOptions): Informer<WorkloadDeployment> {
  return new Informer<WorkloadDeployment>({
    client,
    log,
    resource: workloadDeployments,
    transform: reduced,
    indexes: {
      [referrerIndexes.definition]: (deployment) => usedDefinitions(deployment, systemNamespace),
      [referrerIndexes.spokeNamespace]: (deployment) => spokeNamespacesOf(deployment),
      ...indexes,
    },
  });
}
