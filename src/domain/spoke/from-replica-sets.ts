import { effectiveLifecycle } from './effective-lifecycle.ts';
import type { SpokeState } from './spoke-state.ts';
import { namespacesIn, ownedNamespaces, workloadsIn } from './work-namespaces.ts';
import { isOrphanConfirmed, workProgress, type ReplicaSetState } from './work-progress.ts';

/** A ManifestWorkReplicaSet of a deployment as it is on the hub, with its ManifestWorks and Placements. */
export interface AppliedReplicaSet extends ReplicaSetState {
  /** `namespace/name` of the Environment that it was rendered from. */
  environment: string | undefined;
}

/** The state of a deployment in one namespace on the spokes, read from its ManifestWorkReplicaSets. */
export interface ObservedState {
  state: SpokeState;
  /** `namespace/name` of the Environment that it is applied from. */
  environment: string | undefined;
  /** Clusters whose agent has not confirmed `orphan: true`, sorted; deleting the ManifestWork there still deletes the namespace. */
  orphanUnconfirmedOn: readonly string[];
  /** Clusters where a ManifestWorkReplicaSet owns the namespace, is applied and is not terminating, sorted. */
  ownedOn: readonly string[];
}

/** One state for each namespace that the ManifestWorkReplicaSets contain or have a Workload in, sorted by namespace. */
export function observedStates(replicaSets: readonly AppliedReplicaSet[]): ObservedState[] {
  const namespaces = new Set(replicaSets.flatMap(({ replicaSet }) => namespacesIn(replicaSet)));
  return [...namespaces].toSorted().map((namespace) => observedStateIn(namespace, replicaSets));
}

function observedStateIn(namespace: string, replicaSets: readonly AppliedReplicaSet[]): ObservedState {
  const inNamespace = statesContaining(replicaSets, namespace);
  const objects = inNamespace.map(({ replicaSet }) => replicaSet);
  const workloadName = workloadNameIn(objects, namespace);
  const clusters = clustersOf(inNamespace);
  return {
    state: {
      namespace,
      workloadName,
      lifecycle: effectiveLifecycle(objects, { namespace, name: workloadName }),
      ...(clusters === undefined ? {} : { clusters }),
    },
    environment: inNamespace.map(({ environment }) => environment).find((environment) => environment !== undefined),
    orphanUnconfirmedOn: orphanUnconfirmedClusters(namespace, inNamespace),
    ownedOn: ownedClusters(namespace, inNamespace),
  };
}

/** The name of the Workload in a namespace; empty if the ManifestWorkReplicaSets contain the namespace only. */
export function workloadNameIn(replicaSets: readonly object[], namespace: string): string {
  const [first] = replicaSets.flatMap(workloadsIn).filter((workload) => workload.namespace === namespace);
  return first?.name ?? '';
}

/** Clusters that have ManifestWorks, sorted; `undefined` if OCM has not created any yet, so that the clusters are unknown. */
export function clustersOf(replicaSets: readonly ReplicaSetState[]): readonly string[] | undefined {
  const { selectedClusters, expected } = workProgress(replicaSets);
  return selectedClusters.length > 0 || expected === 0 ? selectedClusters : undefined;
}

/**
 * Clusters whose agent has not confirmed `orphan: true` for a namespace, sorted: deleting the ManifestWork there still deletes
 * the namespace.
 */
export function orphanUnconfirmedClusters(namespace: string, replicaSets: readonly ReplicaSetState[]): string[] {
  const unconfirmed = statesContaining(replicaSets, namespace)
    .flatMap(({ manifestWorks }) => manifestWorks)
    .filter((work) => work.metadata.deletionTimestamp === undefined && !isOrphanConfirmed(work, namespace));
  return [...new Set(unconfirmed.map(({ metadata }) => metadata.namespace ?? ''))].toSorted();
}

/** Clusters where a ManifestWorkReplicaSet that is not terminating owns a namespace and is applied, sorted. */
export function ownedClusters(namespace: string, replicaSets: readonly ReplicaSetState[]): string[] {
  const owners = replicaSets.filter(
    ({ replicaSet }) =>
      replicaSet.metadata.deletionTimestamp === undefined && ownedNamespaces(replicaSet).includes(namespace),
  );
  const clusters = owners.flatMap((owner) => {
    const { selectedClusters, unappliedClusters } = workProgress([owner]);
    return selectedClusters.filter((cluster) => !unappliedClusters.includes(cluster));
  });
  return [...new Set(clusters)].toSorted();
}

function statesContaining<T extends ReplicaSetState>(replicaSets: readonly T[], namespace: string): T[] {
  return replicaSets.filter(({ replicaSet }) => namespacesIn(replicaSet).includes(namespace));
}
