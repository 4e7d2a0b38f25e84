/** OCM stand-in (local runs only): decides which clusters a Placement selects. The reasons and messages are those of OCM. */

import type { ClusterSelector, ManagedCluster, Placement } from './cluster-kinds.ts';
import { listAvailableClusters, listBoundSets, listEligibleSets, type BoundClusters } from './cluster-set.ts';
import type { NewCondition } from '../conditions.ts';
import { matchesLabels, findSelectorProblem } from './selector.ts';
import { findTolerationProblem, tolerates } from './toleration.ts';

export interface SchedulingInput extends BoundClusters {
  placement: Placement;
  /** The clusters that are selected now. They are preferred, so that other changes do not move workloads. */
  previous: ReadonlySet<string>;
  /** In ms since the epoch. For tolerations with a time limit. */
  now: number;
}

export interface Schedule {
  clusters: ManagedCluster[];
  satisfied: NewCondition;
  misconfigured: NewCondition;
  requeueAfterMs?: number;
}

/**
 * Selects members of bound sets that match a predicate and whose taints are tolerated. Clusters that are selected now come
 * first, then the others by name. Of OCM's prioritizers only `Steady` is implemented. Scores, spreading and CEL are not.
 */
export function schedulePlacement(input: SchedulingInput): Schedule {
  const { placement, previous, now } = input;
  const bound = listBoundSets(input);
  const sets = listEligibleSets(placement, bound);
  const available = listAvailableClusters(sets, input);
  const problem = available.length === 0 ? undefined : findMisconfiguration(placement);

  const limits: number[] = [];
  const candidates =
    problem !== undefined
      ? []
      : available.filter((cluster) => {
          if (!matchesPredicates(placement, cluster)) return false;
          const isSelected = previous.has(cluster.metadata.name);
          const tolerance = tolerates(cluster, placement.spec.tolerations ?? [], { selected: isSelected, now });
          if (tolerance.tolerated && tolerance.expiresAt !== undefined) limits.push(tolerance.expiresAt - now);
          return tolerance.tolerated;
        });
  const steady = [
    ...candidates.filter((cluster) => previous.has(cluster.metadata.name)),
    ...candidates.filter((cluster) => !previous.has(cluster.metadata.name)),
  ];
  const wanted = placement.spec.numberOfClusters;
  const clusters = wanted === undefined ? steady : steady.slice(0, wanted);
  const unscheduled = wanted === undefined || problem !== undefined ? 0 : wanted - clusters.length;

  return {
    clusters,
    satisfied: createSatisfiedCondition({ placement, bound, sets, available, clusters, unscheduled }),
    misconfigured: {
      type: 'PlacementMisconfigured',
      status: problem === undefined ? 'False' : 'True',
      reason: problem === undefined ? 'Succeedconfigured' : 'Misconfigured',
      message: problem ?? 'Placement configurations check pass',
    },
    ...(limits.length === 0 ? {} : { requeueAfterMs: Math.max(0, Math.min(...limits)) }),
  };
}

function matchesPredicates(placement: Placement, cluster: ManagedCluster): boolean {
  const predicates = placement.spec.predicates ?? [];
  return (
    predicates.length === 0 ||
    predicates.some(({ requiredClusterSelector }) => selects(requiredClusterSelector, cluster))
  );
}

/** Whether a cluster matches the labels and the claims. A Placement with CEL expressions is misconfigured. */
export function selects(selector: ClusterSelector | undefined, cluster: ManagedCluster): boolean {
  const claims = Object.fromEntries((cluster.status?.clusterClaims ?? []).map(({ name, value }) => [name, value]));
  return (
    matchesLabels(selector?.labelSelector, cluster.metadata.labels ?? {}) &&
    matchesLabels(selector?.claimSelector, claims)
  );
}

function findMisconfiguration({ spec }: Placement): string | undefined {
  for (const { requiredClusterSelector: selector } of spec.predicates ?? []) {
    const problem = findSelectorProblem(selector?.labelSelector) ?? findSelectorProblem(selector?.claimSelector);
    if (problem !== undefined) return `Predicate:${problem}`;
    if ((selector?.celSelector?.celExpressions ?? []).length > 0) {
      return 'Predicate:celSelector is not supported by the OCM stand-in';
    }
  }
  const problem = findTolerationProblem(spec.tolerations ?? []);
  return problem === undefined ? undefined : `TaintToleration:${problem}`;
}

function createSatisfiedCondition(found: {
  placement: Placement;
  bound: string[];
  sets: string[];
  available: ManagedCluster[];
  clusters: ManagedCluster[];
  unscheduled: number;
}): NewCondition {
  if (found.bound.length === 0) {
    return createUnsatisfiedCondition(
      'NoManagedClusterSetBindings',
      'No valid ManagedClusterSetBindings found in placement namespace',
    );
  }
  if (found.sets.length === 0) {
    const named = (found.placement.spec.clusterSets ?? []).join(',');
    return createUnsatisfiedCondition(
      'NoIntersection',
      `None of ManagedClusterSets [${named}] is bound to placement namespace`,
    );
  }
  if (found.available.length === 0) {
    return createUnsatisfiedCondition(
      'AllManagedClusterSetsEmpty',
      `All ManagedClusterSets [${found.sets.join(',')}] have no member ManagedCluster`,
    );
  }
  if (found.clusters.length === 0) {
    return createUnsatisfiedCondition(
      'NoManagedClusterMatched',
      'No ManagedCluster matches any of the cluster predicate',
    );
  }
  if (found.unscheduled === 0) {
    return {
      type: 'PlacementSatisfied',
      status: 'True',
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    };
  }
  return createUnsatisfiedCondition('NotAllDecisionsScheduled', `${found.unscheduled} cluster decisions unscheduled`);
}

function createUnsatisfiedCondition(reason: string, message: string): NewCondition {
  return { type: 'PlacementSatisfied', status: 'False', reason, message };
}
