import type { HubNamespaceUse } from '../../api/hub-namespace.ts';
import { clusterSetLabel, localClusterLabel, type LocalCluster, type LocalClusters } from '../../api/ocm.ts';
import type { JsonObject } from '../../api/object.ts';
import { child } from '../json/fields.ts';
import type { SpokeState } from './spoke-state.ts';
import { areDisjoint, excludesLabels, type Selections } from './disjoint-selections.ts';

/** How a deployment may come to the hub itself, and what is there in its spoke namespace. */
export interface HubAsSpoke {
  /** The ManagedClusters that are the hub and may be selected from now on, sorted. */
  clusters: readonly string[];
  /** Whether one of them could be selected before. */
  wasReachable: boolean;
  /** `unknown` if it was not read, because a request affects too many namespaces. */
  use: HubNamespaceUse | 'unknown';
  /** The Environment whose selection decides. */
  environment: { namespace: string; name: string };
  /** The type of its topology. */
  topology: string;
  /** Whether a ManifestWork of the deployment is on such a cluster already. */
  isThere?: boolean;
  /** Whether the change removes that ManifestWork. */
  leaves?: boolean;
}

/**
 * The ManagedClusters that are the hub itself and that Placements may select, sorted. One is excluded only by its present labels
 * and the present ManagedClusterSets. Claims and CEL expressions, unknown sets and Placements that are not known exclude nothing.
 */
export function reachableLocalClusters(
  selections: Selections,
  { clusters, clusterSets }: LocalClusters,
): readonly string[] {
  return clusters
    .filter((cluster) => selections?.every((spec) => excludes(spec, cluster, clusterSets)) !== true)
    .map(({ name }) => name)
    .toSorted();
}

/**
 * Where a change removes a namespace that a deployment creates from its ManifestWork on the hub: because of the selection, because the
 * deployment moves to another namespace, or because it stops creating it. The agent deletes the namespace there if the deployment owns it.
 */
export function leftLocalClusters(
  { observed, desired }: { observed?: SpokeState | undefined; desired?: SpokeState | undefined },
  reachable: readonly string[],
  { clusters }: LocalClusters,
): readonly string[] {
  if (observed?.lifecycle?.spokeNamespace.create !== true || desired === undefined) return [];
  const isKept = observed.namespace === desired.namespace && desired.lifecycle?.spokeNamespace.create !== false;
  const local = new Set(clusters.map(({ name }) => name));
  return (observed.clusters ?? []).filter((cluster) => local.has(cluster) && !(isKept && reachable.includes(cluster)));
}

/** Whether Placements may select a ManagedCluster that is the hub, of which nothing else is known. */
export function mayReachAnyHub(selections: Selections): boolean {
  return !areDisjoint(selections, [anyHub]);
}

const anyHub: JsonObject = {
  predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { [localClusterLabel]: 'true' } } } }],
};

function excludes(spec: JsonObject, cluster: LocalCluster, clusterSets: LocalClusters['clusterSets']): boolean {
  if (excludesLabels(spec, cluster.labels)) return true;
  const { clusterSets: named } = spec;
  if (!Array.isArray(named) || named.length === 0) return false;
  return named.every((name) => typeof name === 'string' && isOutside(name, cluster, clusterSets.get(name)));
}

/** Whether a cluster is known not to be in a ManagedClusterSet. */
function isOutside(name: string, { labels }: LocalCluster, set: JsonObject | undefined): boolean {
  if (set === undefined) return false;
  const { selectorType = 'ExclusiveClusterSetLabel', labelSelector = {} } = child(set, 'clusterSelector');
  if (selectorType === 'ExclusiveClusterSetLabel') return labels[clusterSetLabel] !== name;
  if (selectorType !== 'LabelSelector') return false;
  return excludesLabels({ predicates: [{ requiredClusterSelector: { labelSelector } }] }, labels);
}
