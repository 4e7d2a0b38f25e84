/** OCM stand-in (local runs only): which clusters a set holds, and which of them a Placement may see. */

import {
  clusterSetLabel,
  type ManagedCluster,
  type ManagedClusterSet,
  type ManagedClusterSetBinding,
  type Placement,
} from './cluster-kinds.ts';
import { matchesLabels } from './selector.ts';

/** What one namespace of the hub offers to its Placements. */
export interface Offer {
  /** Bindings in the Placement's namespace. */
  bindings: readonly ManagedClusterSetBinding[];
  clusterSets: readonly ManagedClusterSet[];
  clusters: readonly ManagedCluster[];
}

/** The members of a set, those that are being deleted included. */
export function membersOf(set: ManagedClusterSet, clusters: readonly ManagedCluster[]): ManagedCluster[] {
  const { selectorType = 'ExclusiveClusterSetLabel', labelSelector } = set.spec.clusterSelector ?? {};
  return clusters.filter(({ metadata: { labels = {} } }) =>
    selectorType === 'LabelSelector'
      ? labelSelector !== undefined && matchesLabels(labelSelector, labels)
      : labels[clusterSetLabel] === set.metadata.name,
  );
}

/** Bindings whose set exists. The scheduler of OCM goes by the binding's name, which equals that of the set. */
export function boundSets({ bindings, clusterSets }: Offer): string[] {
  const existing = new Set(clusterSets.map((set) => set.metadata.name));
  return bindings
    .map((binding) => binding.metadata.name)
    .filter((name) => existing.has(name))
    .toSorted();
}

/** The bound sets that the Placement asks for; all, if it names none. */
export function eligibleSets(placement: Placement, bound: readonly string[]): string[] {
  const asked = placement.spec.clusterSets ?? [];
  return asked.length === 0 ? [...bound] : bound.filter((name) => asked.includes(name));
}

/** Clusters in any of the sets that are not being deleted, sorted by name. */
export function availableClusters(sets: readonly string[], { clusterSets, clusters }: Offer): ManagedCluster[] {
  const members = clusterSets
    .filter((set) => sets.includes(set.metadata.name))
    .flatMap((set) => membersOf(set, clusters))
    .filter((cluster) => cluster.metadata.deletionTimestamp === undefined);
  return [...new Set(members)].toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
