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

/** Creates an informer on deployments, which is not running yet. It has indexes by each ref and by spoke namespace, and those in `more`. */
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
      // The key is the name without the namespace, because a profile may be in one of two namespaces.
      [referrerIndexes.environmentRef]: (deployment) => referencedName(deployment, 'environmentRef'),
      [referrerIndexes.workloadProfileRef]: (deployment) => referencedName(deployment, 'workloadProfileRef'),
      [referrerIndexes.spokeNamespace]: (deployment) => spokeNamespacesOf(deployment),
      ...more,
    },
  });
}
