import type { DeploymentStatusFacts } from './from-status.ts';

/** Clusters of a list; `undefined` if there are none or they are not known, so that any cluster is possible. */
export function knownClusters(clusters: readonly string[] | undefined): readonly string[] | undefined {
  return clusters === undefined || clusters.length === 0 ? undefined : clusters;
}

/**
 * Clusters that a deployment is on: those of its status, else those that its Environment selects. If a rule blocks the first
 * write of a deployment, it is on no cluster.
 */
export function observedClusters(
  { clusters }: Pick<DeploymentStatusFacts, 'clusters'>,
  { isBlocked, selected }: { isBlocked: boolean; selected: readonly string[] | undefined },
): readonly string[] | undefined {
  return clusters ?? (isBlocked ? [] : knownClusters(selected));
}

/** Clusters that a deployment will be on: its present clusters, unless it changes its Environment. */
export function desiredClusters({
  observed,
  selected,
  changesEnvironment,
}: {
  observed: readonly string[] | undefined;
  /** Clusters that the Environment selects. */
  selected: readonly string[] | undefined;
  changesEnvironment: boolean;
}): readonly string[] | undefined {
  return (changesEnvironment ? undefined : knownClusters(observed)) ?? knownClusters(selected);
}
