/** OCM stand-in (local runs only): the scheduler's decision, pure. Reasons and messages are OCM's own. */

import type { ClusterSelector, ManagedCluster, Placement } from './cluster-kinds.ts';
import { availableClusters, boundSets, eligibleSets, type Offer } from './cluster-set.ts';
import type { NewCondition } from '../conditions.ts';
import { matchesLabels, selectorProblem } from './selector.ts';
import { tolerationProblem, tolerates } from './toleration.ts';

export interface SchedulingInput extends Offer {
  placement: Placement;
  /** Clusters of the earlier decisions: they come first, so that an edit elsewhere moves nothing. */
  previous: ReadonlySet<string>;
  /** ms epoch; for tolerations with a time limit. */
  now: number;
}

export interface Schedule {
  clusters: ManagedCluster[];
  satisfied: NewCondition;
  misconfigured: NewCondition;
  requeueAfterMs?: number;
}

/**
 * Selects clusters: members of bound sets that fit a predicate and whose taints are tolerated; earlier decisions first,
 * then by name. Of OCM's prioritizers only its default `Steady` is here; scores, spreading and CEL are not.
 */
export function schedule(input: SchedulingInput): Schedule {
  const { placement, previous, now } = input;
  const bound = boundSets(input);
  const sets = eligibleSets(placement, bound);
  const available = availableClusters(sets, input);
  const problem = available.length === 0 ? undefined : misconfiguration(placement);

  const limits: number[] = [];
  const candidates =
    problem !== undefined
      ? []
      : available.filter((cluster) => {
          if (!fitsPredicates(placement, cluster)) return false;
          const chosen = previous.has(cluster.metadata.name);
          const tolerance = tolerates(cluster, placement.spec.tolerations ?? [], { chosen, now });
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
    satisfied: satisfaction({ placement, bound, sets, available, clusters, unscheduled }),
    misconfigured: {
      type: 'PlacementMisconfigured',
      status: problem === undefined ? 'False' : 'True',
      reason: problem === undefined ? 'Succeedconfigured' : 'Misconfigured',
      message: problem ?? 'Placement configurations check pass',
    },
    ...(limits.length === 0 ? {} : { requeueAfterMs: Math.max(0, Math.min(...limits)) }),
  };
}

function fitsPredicates(placement: Placement, cluster: ManagedCluster): boolean {
  const predicates = placement.spec.predicates ?? [];
  return (
    predicates.length === 0 ||
    predicates.some(({ requiredClusterSelector }) => selects(requiredClusterSelector, cluster))
  );
}

/** Whether a cluster has both the labels and the claims; CEL expressions are refused before. */
export function selects(selector: ClusterSelector | undefined, cluster: ManagedCluster): boolean {
  const claims = Object.fromEntries((cluster.status?.clusterClaims ?? []).map(({ name, value }) => [name, value]));
  return (
    matchesLabels(selector?.labelSelector, cluster.metadata.labels ?? {}) &&
    matchesLabels(selector?.claimSelector, claims)
  );
}

function misconfiguration({ spec }: Placement): string | undefined {
  for (const { requiredClusterSelector: selector } of spec.predicates ?? []) {
    const problem = selectorProblem(selector?.labelSelector) ?? selectorProblem(selector?.claimSelector);
    if (problem !== undefined) return `Predicate:${problem}`;
    if ((selector?.celSelector?.celExpressions ?? []).length > 0) {
      return 'Predicate:celSelector is not supported by the OCM stand-in';
    }
  }
  const problem = tolerationProblem(spec.tolerations ?? []);
  return problem === undefined ? undefined : `TaintToleration:${problem}`;
}

function satisfaction(found: {
  placement: Placement;
  bound: string[];
  sets: string[];
  available: ManagedCluster[];
  clusters: ManagedCluster[];
  unscheduled: number;
}): NewCondition {
  if (found.bound.length === 0) {
    return unsatisfied(
      'NoManagedClusterSetBindings',
      'No valid ManagedClusterSetBindings found in placement namespace',
    );
  }
  if (found.sets.length === 0) {
    const asked = (found.placement.spec.clusterSets ?? []).join(',');
    return unsatisfied('NoIntersection', `None of ManagedClusterSets [${asked}] is bound to placement namespace`);
  }
  if (found.available.length === 0) {
    return unsatisfied(
      'AllManagedClusterSetsEmpty',
      `All ManagedClusterSets [${found.sets.join(',')}] have no member ManagedCluster`,
    );
  }
  if (found.clusters.length === 0) {
    return unsatisfied('NoManagedClusterMatched', 'No ManagedCluster matches any of the cluster predicate');
  }
  if (found.unscheduled === 0) {
    return {
      type: 'PlacementSatisfied',
      status: 'True',
      reason: 'AllDecisionsScheduled',
      message: 'All cluster decisions scheduled',
    };
  }
  return unsatisfied('NotAllDecisionsScheduled', `${found.unscheduled} cluster decisions unscheduled`);
}

function unsatisfied(reason: string, message: string): NewCondition {
  return { type: 'PlacementSatisfied', status: 'False', reason, message };
}
