import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import { effectiveLifecycle } from '../../domain/spoke/effective-lifecycle.ts';
import { containing, namespacesIn, ownedNamespaces, workloadsIn } from '../../domain/spoke/work-namespaces.ts';
import { isOrphanConfirmed, workProgress } from '../../domain/spoke/work-progress.ts';
import { environmentOf, type ControllerCaches } from '../caches.ts';
import { replicaSetState } from './hub-state.ts';
import type { SpokeState } from '../../domain/spoke/spoke-state.ts';

/** What the works of a deployment do in one namespace on the spokes, read off themselves. */
export interface ObservedState {
  state: SpokeState;
  /** `namespace/name` of the Environment that it is applied from. */
  environment: string | undefined;
  /** Clusters where the agents may not have heard yet that the namespace is to be kept, sorted. */
  orphanUnconfirmedOn: readonly string[];
  /** Clusters where a work that is to stay owns the namespace, and is applied: there it keeps the namespace. */
  ownedOn: readonly string[];
}

/** One footprint for each namespace that works hold or are in, sorted by namespace. */
export function observedStates(
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): ObservedState[] {
  const namespaces = new Set(replicaSets.flatMap(namespacesIn));
  return [...namespaces].toSorted().map((namespace) => footprintIn(namespace, replicaSets, caches));
}

function footprintIn(
  namespace: string,
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): ObservedState {
  const holders = containing(replicaSets, namespace);
  const workload = workloadNameIn(holders, namespace);
  const clusters = clustersOf(holders, caches);
  return {
    state: {
      namespace,
      workloadName: workload,
      lifecycle: effectiveLifecycle(holders, { namespace, name: workload }),
      ...(clusters === undefined ? {} : { clusters }),
    },
    environment: holders.map(environmentOf).find((environment) => environment !== undefined),
    orphanUnconfirmedOn: orphanUnconfirmedClusters(namespace, holders, caches),
    ownedOn: ownedClusters(namespace, holders, caches),
  };
}

/** The Workload in a namespace; empty where works only hold the namespace. */
export function workloadNameIn(works: readonly object[], namespace: string): string {
  const [first] = works.flatMap(workloadsIn).filter((workload) => workload.namespace === namespace);
  return first?.name ?? '';
}

/** Clusters that have works, sorted; `undefined` where works are still to be made, so that nobody knows. */
export function clustersOf(
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): readonly string[] | undefined {
  const { selectedClusters, expected } = workProgress(replicaSets.map((set) => replicaSetState(set, caches)));
  return selectedClusters.length > 0 || expected === 0 ? selectedClusters : undefined;
}

/** Clusters where a namespace may still go with works, though these keep it: the agents may not have heard of that, sorted. */
export function orphanUnconfirmedClusters(
  namespace: string,
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): string[] {
  const works = containing(replicaSets, namespace)
    .flatMap((set) => replicaSetState(set, caches).works)
    .filter((work) => work.metadata.deletionTimestamp === undefined && !isOrphanConfirmed(work, namespace));
  return [...new Set(works.map(({ metadata }) => metadata.namespace ?? ''))].toSorted();
}

/** Clusters where works that are to stay own a namespace and are applied, sorted. */
export function ownedClusters(
  namespace: string,
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): string[] {
  const owners = replicaSets.filter(
    (set) => set.metadata.deletionTimestamp === undefined && ownedNamespaces(set).includes(namespace),
  );
  const clusters = owners.flatMap((set) => {
    const { selectedClusters, unappliedClusters } = workProgress([replicaSetState(set, caches)]);
    return selectedClusters.filter((cluster) => !unappliedClusters.includes(cluster));
  });
  return [...new Set(clusters)].toSorted();
}
