import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import { effectiveLifecycle } from '../../domain/effective-lifecycle.ts';
import type { Footprint } from '../../domain/footprint.ts';
import { holdersOf, namespacesHeldBy, namespacesOwnedBy, workloadsIn } from '../../domain/work-namespaces.ts';
import { hasHeard, workProgress } from '../../domain/work-progress.ts';
import { environmentOf, type ControllerCaches } from '../watches.ts';
import { replicaSetState } from './hub-state.ts';

/** What the works of a deployment do in one namespace on the spokes, read off themselves. */
export interface AppliedFootprint {
  footprint: Footprint;
  /** `namespace/name` of the Environment that it is applied from. */
  environment: string | undefined;
  /** Clusters where the agents may not have heard yet that the namespace is to be kept, sorted. */
  unkept: readonly string[];
  /** Clusters where a work that is to stay owns the namespace, and is applied: there it keeps the namespace. */
  owning: readonly string[];
}

/** One footprint for each namespace that works hold or are in, sorted by namespace. */
export function appliedFootprints(
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): AppliedFootprint[] {
  const namespaces = new Set(replicaSets.flatMap(namespacesHeldBy));
  return [...namespaces].toSorted().map((namespace) => footprintIn(namespace, replicaSets, caches));
}

function footprintIn(
  namespace: string,
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): AppliedFootprint {
  const holders = holdersOf(replicaSets, namespace);
  const workload = workloadName(holders, namespace);
  const clusters = clustersOf(holders, caches);
  return {
    footprint: {
      namespace,
      workload,
      lifecycle: effectiveLifecycle(holders, { namespace, name: workload }),
      ...(clusters === undefined ? {} : { clusters }),
    },
    environment: holders.map(environmentOf).find((environment) => environment !== undefined),
    unkept: unkeptClusters(namespace, holders, caches),
    owning: owningClusters(namespace, holders, caches),
  };
}

/** The Workload in a namespace; empty where works only hold the namespace. */
export function workloadName(works: readonly object[], namespace: string): string {
  const [first] = works.flatMap(workloadsIn).filter((workload) => workload.namespace === namespace);
  return first?.name ?? '';
}

/** Clusters that have works, sorted; `undefined` where works are still to be made, so that nobody knows. */
export function clustersOf(
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): readonly string[] | undefined {
  const { selected, expected } = workProgress(replicaSets.map((set) => replicaSetState(set, caches)));
  return selected.length > 0 || expected === 0 ? selected : undefined;
}

/** Clusters where a namespace may still go with works, though these keep it: the agents may not have heard of that, sorted. */
export function unkeptClusters(
  namespace: string,
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): string[] {
  const works = holdersOf(replicaSets, namespace)
    .flatMap((set) => replicaSetState(set, caches).works)
    .filter((work) => work.metadata.deletionTimestamp === undefined && !hasHeard(work, namespace));
  return [...new Set(works.map(({ metadata }) => metadata.namespace ?? ''))].toSorted();
}

/** Clusters where works that are to stay own a namespace and are applied, sorted. */
export function owningClusters(
  namespace: string,
  replicaSets: readonly ManifestWorkReplicaSet[],
  caches: ControllerCaches,
): string[] {
  const owners = replicaSets.filter(
    (set) => set.metadata.deletionTimestamp === undefined && namespacesOwnedBy(set).includes(namespace),
  );
  const clusters = owners.flatMap((set) => {
    const { selected, pending } = workProgress([replicaSetState(set, caches)]);
    return selected.filter((cluster) => !pending.includes(cluster));
  });
  return [...new Set(clusters)].toSorted();
}
