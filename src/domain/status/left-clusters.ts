import type { WorkloadDeploymentStatus } from '../../api/workload-deployment.ts';
import { listNames } from './deployment-status.ts';

/** What is on the hub of a deployment now. */
export interface WorksOnHub {
  /** Clusters with a ManifestWork that is not being deleted. */
  clusters: readonly string[];
  /** Whether a ManifestWorkReplicaSet existed that was not being deleted. */
  hadReplicaSet: boolean;
  /** Clusters that are on the hub as ManagedClusters. */
  isManaged: (cluster: string) => boolean;
}

/**
 * What happened where a deployment had a ManifestWork when its status was written, and has none now; `undefined` if there is no
 * such cluster. No request asked for that, or one that only changed what OCM selects.
 */
export function leftClustersMessage(
  before: WorkloadDeploymentStatus | undefined,
  { clusters, hadReplicaSet, isManaged }: WorksOnHub,
): string | undefined {
  const left = (before?.selectedClusters ?? []).filter((cluster) => !clusters.includes(cluster));
  if (before === undefined || left.length === 0) return undefined;
  return `${whatHappens(before, left)}: ${why(left, { hadReplicaSet, isManaged })}`;
}

function why(left: readonly string[], { hadReplicaSet, isManaged }: Omit<WorksOnHub, 'clusters'>): string {
  if (!hadReplicaSet) return 'its ManifestWorkReplicaSet was deleted; mooring applies it again';
  if (!left.some(isManaged)) return `ManagedCluster ${listNames(left)} was removed from the hub`;
  return 'OCM does not select the cluster any more, because a Placement, a label, a taint or a ManagedClusterSetBinding changed, or somebody deleted the ManifestWork';
}

function whatHappens(
  { workload, effectiveLifecycle, orphanPendingClusters = [] }: WorkloadDeploymentStatus,
  left: readonly string[],
): string {
  const [named, namespace] =
    workload === undefined
      ? ['the Workload', 'its Namespace']
      : [`Workload ${workload.namespace}/${workload.name}`, `Namespace ${workload.namespace}`];
  const where = listNames(left);
  const { create, orphan } = effectiveLifecycle?.spokeNamespace ?? { create: true, orphan: false };
  const unconfirmed = left.filter((cluster) => orphanPendingClusters.includes(cluster));
  const deletedOn = !create ? [] : orphan ? unconfirmed : left;
  const removed =
    effectiveLifecycle?.workload.orphan === true && deletedOn.length === 0
      ? `${named} stays on ${where}, and is not managed there any more`
      : `${named} is removed from ${where}`;
  if (deletedOn.length === 0) return `${removed}; ${namespace} stays`;
  const there = deletedOn.length === left.length ? 'there' : `on ${listNames(deletedOn)}`;
  return `${removed}; ${namespace} is deleted ${there} with everything in it, unless another deployment owns it`;
}
