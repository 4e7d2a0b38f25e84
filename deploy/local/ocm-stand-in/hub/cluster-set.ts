/** OCM stand-in (local runs only): the members of sets, and the clusters that a Placement may select from. */

import {
  clusterSetLabel,
  type ManagedCluster,
  type ManagedClusterSet,
  type ManagedClusterSetBinding,
  type Placement,
} from './cluster-kinds.ts';
import { matchesLabels } from './selector.ts';

/** The clusters that Placements of one namespace may select from. */
export interface BoundClusters {
  /** The bindings in the namespace of the Placement. */
  bindings: readonly ManagedClusterSetBinding[];
  clusterSets: readonly ManagedClusterSet[];
  clusters: readonly ManagedCluster[];
}

/** The members of a set, including terminating clusters. */
export function listMembers(set: ManagedClusterSet, clusters: readonly ManagedCluster[]): ManagedCluster[] {
  const { selectorType = 'ExclusiveClusterSetLabel', labelSelector } = set.spec.clusterSelector ?? {};
  return clusters.filter(({ metadata: { labels = {} } }) =>
    selectorType === 'LabelSelector'
      ? labelSelector !== undefined && matchesLabels(labelSelector, labels)
      : labels[clusterSetLabel] === set.metadata.name,
  );
}

/** The bindings whose set exists. Like OCM's scheduler this uses the name of the binding, which equals the name of the set. */
export function listBoundSets({ bindings, clusterSets }: BoundClusters): string[] {
  const existing = new Set(clusterSets.map((set) => set.metadata.name));
  return bindings
    .map((binding) => binding.metadata.name)
    .filter((name) => existing.has(name))
    .toSorted();
}

/** The bound sets that the Placement names. All bound sets if it does not name any. */
export function listEligibleSets(placement: Placement, bound: readonly string[]): string[] {
  const named = placement.spec.clusterSets ?? [];
  return named.length === 0 ? [...bound] : bound.filter((name) => named.includes(name));
}

/** The clusters of all sets that are not terminating, sorted by name. */
export function listAvailableClusters(
  sets: readonly string[],
  { clusterSets, clusters }: BoundClusters,
): ManagedCluster[] {
  const members = clusterSets
    .filter((set) => sets.includes(set.metadata.name))
    .flatMap((set) => listMembers(set, clusters))
    .filter((cluster) => cluster.metadata.deletionTimestamp === undefined);
  return [...new Set(members)].toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
