import { workloadDeployments } from '../api/kinds.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Client } from '../kube/client/client.ts';
import type { Log } from '../log.ts';
import { referencedName, spokeNamespacesOf } from './referrers/keys.ts';

/** Names of the indexes of deployments by the name in a ref. */
export const byReferencedName = { environmentRef: 'environment', workloadProfileRef: 'workloadProfile' } as const;
/** Name of the index of deployments by their namespaces on the spokes. */
export const bySpokeNamespace = 'spokeNamespace';

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
      [byReferencedName.environmentRef]: (deployment) => referencedName(deployment, 'environmentRef'),
      [byReferencedName.workloadProfileRef]: (deployment) => referencedName(deployment, 'workloadProfileRef'),
      [bySpokeNamespace]: (deployment) => spokeNamespacesOf(deployment),
      ...more,
    },
  });
}
