import { workloadDeployments } from '../api/kinds.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Client } from '../kube/client/client.ts';
import type { Log } from '../log.ts';
import { referencedName, spokeNamespacesOf } from './referrers/keys.ts';

/** Indexes of deployments: by the names in their refs, and by their namespaces on the spokes. */
export const referrerIndexes = {
  environmentRef: 'environmentRef',
  workloadProfileRef: 'workloadProfileRef',
  spokeNamespace: 'spokeNamespace',
} as const;

/** An informer on deployments with an index by each ref and one by spoke namespace, and with `more` indexes; it is not running yet. */
export function deploymentCache(
  client: Client,
  log: Log,
  more: Record<string, (deployment: WorkloadDeployment) => string[]> = {},
): Informer<WorkloadDeployment> {
  return new Informer<WorkloadDeployment>({
    client,
    log,
    resource: workloadDeployments,
    indexes: {
      // By name alone: a profile that is missing in one namespace may be found in another.
      [referrerIndexes.environmentRef]: (deployment) => referencedName(deployment, 'environmentRef'),
      [referrerIndexes.workloadProfileRef]: (deployment) => referencedName(deployment, 'workloadProfileRef'),
      [referrerIndexes.spokeNamespace]: (deployment) => spokeNamespacesOf(deployment),
      ...more,
    },
  });
}
