import { keyOf } from '../api/object.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { workProgress } from '../domain/spoke/work-progress.ts';
import { leftClustersMessage } from '../domain/status/left-clusters.ts';
import type { Client } from '../kube/client/client.ts';
import { recordEvent } from '../kube/objects/events.ts';
import type { Log } from '../log.ts';
import type { ControllerCaches } from './caches.ts';
import type { AppliedReplicaSets } from './deployments/applied-replica-sets.ts';
import { appliedStates } from './deployments/observed-state.ts';
import { fieldManager } from './field-manager.ts';

interface LeftClustersOptions {
  client: Client;
  log: Log;
  caches: ControllerCaches;
  appliedReplicaSets: Pick<AppliedReplicaSets, 'of'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Whether a deployment has a ManifestWorkReplicaSet that is not being deleted. After a write, a deleted one may exist again. */
export function hasReplicaSet(
  deployment: WorkloadDeployment,
  { appliedReplicaSets }: Pick<LeftClustersOptions, 'appliedReplicaSets'>,
): boolean {
  return appliedReplicaSets.of(keyOf(deployment)).some(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/**
 * Records one Event if a deployment has lost ManifestWorks since its status was written: nobody was asked, or only about what OCM may
 * select. It is called after the new status is written, so that the same loss is reported once. A ManifestWorkReplicaSet that a new
 * render replaces keeps its clusters until the new one has them.
 */
export async function reportLeftClusters(
  deployment: WorkloadDeployment,
  hadReplicaSet: boolean,
  { client, log, caches, appliedReplicaSets, now }: LeftClustersOptions,
): Promise<void> {
  const applied = appliedStates(appliedReplicaSets.of(keyOf(deployment)), caches);
  const message = leftClustersMessage(deployment.status, {
    clusters: workProgress(applied).selectedClusters,
    hadReplicaSet,
    isManaged: (cluster) => caches.managedClusters.get(undefined, cluster) !== undefined,
  });
  if (message === undefined) return;
  const event = {
    object: deployment,
    type: 'Warning',
    reason: 'ClustersLeft',
    message,
    component: fieldManager,
  } as const;
  await recordEvent(client, event, { log, now });
}
