import type { PlacementResult } from '../../api/environment.ts';
import { placementMisconfigured, placementSatisfied, type Placement, type PlacementDecision } from '../../api/ocm.ts';
import { cutText } from '../text/cut-text.ts';

/** The state of one Placement. */
export interface PlacementFacts {
  namespace: string;
  name: string;
  /** Whether it does not exist. The other fields then have no meaning. */
  missing: boolean;
  /** OCM's condition PlacementSatisfied, if it is about the current generation of the Placement. */
  evaluation?: { satisfied: boolean; reason: string };
  /** The message of OCM's condition PlacementMisconfigured. */
  misconfigured?: string;
  /** The number of clusters that it must select: `numberOfClusters`, at least one. */
  required: number;
  /** The selected clusters, each once, sorted. */
  clusters: string[];
  /** The cluster sets that it selects from. Empty means all that are bound to its namespace. */
  clusterSets: string[];
}

/** The facts of a Placement that does not exist. */
export function missingPlacement(namespace: string, name: string): PlacementFacts {
  return { namespace, name, missing: true, required: 1, clusters: [], clusterSets: [] };
}

/**
 * Reads a Placement and its decisions. Decisions of a deleted Placement of the same name have another owner uid and do not
 * count. A cluster counts once: it is in two decisions for a moment when OCM moves it.
 */
export function placementFacts(placement: Placement, decisions: readonly PlacementDecision[]): PlacementFacts {
  const { namespace = '', name, uid, generation } = placement.metadata;
  const own = decisions.filter((decision) => decision.metadata.ownerReferences?.some((owner) => owner.uid === uid));
  const clusters = own.flatMap((decision) => decision.status?.decisions ?? []).map((decision) => decision.clusterName);
  const condition = placement.status?.conditions?.find(({ type }) => type === placementSatisfied);
  const misconfigured = placement.status?.conditions?.find(({ type }) => type === placementMisconfigured);
  // OCM 1.x sets no observedGeneration; later versions may.
  const current = (condition?.observedGeneration ?? generation) === generation;
  const isEvaluated = condition !== undefined && condition.status !== 'Unknown' && current;
  return {
    namespace,
    name,
    missing: false,
    ...(misconfigured?.status === 'True' ? { misconfigured: misconfigured.message ?? misconfigured.reason } : {}),
    ...(isEvaluated ? { evaluation: { satisfied: condition.status === 'True', reason: condition.reason } } : {}),
    required: Math.max(placement.spec.numberOfClusters ?? 1, 1),
    clusters: [...new Set(clusters)].toSorted(),
    clusterSets: placement.spec.clusterSets?.toSorted() ?? [],
  };
}

/** Whether the Placement selects as many clusters as it must. */
export function isSatisfied(facts: PlacementFacts): boolean {
  return !facts.missing && facts.clusters.length >= facts.required;
}

/** The entry of a Placement in `status.placements`. It has a message only if the Placement is not satisfied. */
export function placementResult(facts: PlacementFacts): PlacementResult {
  const { namespace, name, required } = facts;
  const satisfied = isSatisfied(facts);
  const reason = facts.missing ? 'NotFound' : (facts.evaluation?.reason ?? 'NotEvaluated');
  const result = { namespace, name, selected: facts.clusters.length, required, satisfied, reason };
  return satisfied ? result : { ...result, message: cutText(failureOf(facts), maxMessageLength) };
}

/** The limit of `message` in the schema. */
const maxMessageLength = 4096;

/**
 * The message about a Placement that is not satisfied. The two lines about a missing one are documented and must not
 * change.
 */
export function failureOf(facts: PlacementFacts): string {
  const { namespace, name } = facts;
  if (facts.missing) {
    return (
      `failed to review placements: Placement.cluster.open-cluster-management.io "${name}" not found\n` +
      `failed to get placement ${name} in namespace ${namespace}`
    );
  }
  const counts = `placement ${namespace}/${name} selects ${facts.clusters.length} of ${facts.required} required clusters`;
  if (facts.evaluation === undefined) return `${counts}: OCM has not evaluated it yet`;
  const explanation =
    facts.misconfigured === undefined
      ? explain(facts, facts.evaluation.reason)
      : `it is misconfigured: ${facts.misconfigured}`;
  return `${counts}: ${facts.evaluation.reason}${explanation === '' ? '' : ` (${explanation})`}`;
}

/** Explains OCM's reasons. OCM's own messages are not repeated, because those that wrap an error are not stable. */
function explain(facts: PlacementFacts, reason: string): string {
  const { namespace, clusterSets, clusters, required } = facts;
  switch (reason) {
    case 'NoManagedClusterSetBindings':
      return `no ManagedClusterSet is bound to namespace ${namespace}`;
    case 'NoIntersection':
      return `none of its clusterSets [${clusterSets.join(', ')}] is bound to namespace ${namespace}`;
    case 'AllManagedClusterSetsEmpty':
      return `the ManagedClusterSets that it may select from have no clusters`;
    case 'NoManagedClusterMatched':
      return `no cluster matches its predicates and tolerations`;
    case 'NotAllDecisionsScheduled':
      return `${required} clusters are required, only ${clusters.length} can be selected`;
    case 'AllDecisionsScheduled':
      return `its PlacementDecisions contain fewer clusters than OCM has selected`;
    default:
      return '';
  }
}
