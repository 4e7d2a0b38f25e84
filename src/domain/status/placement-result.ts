import type { PlacementResult } from '../../api/environment.ts';
import { placementMisconfigured, placementSatisfied, type Placement, type PlacementDecision } from '../../api/ocm.ts';

/** What is known of one Placement. */
export interface PlacementFacts {
  namespace: string;
  name: string;
  /** It is referred to but not there; then the rest says nothing. */
  missing: boolean;
  /** OCM's verdict, present once it has judged this generation of the Placement. */
  evaluation?: { satisfied: boolean; reason: string };
  /** What OCM cannot make sense of in it. */
  misconfigured?: string;
  /** How many clusters it must select: its `numberOfClusters`, and never less than one. */
  required: number;
  /** The clusters that it selects: distinct, sorted. */
  clusters: string[];
  /** The cluster sets that it is limited to; empty means all that are bound. */
  clusterSets: string[];
}

/** A Placement that is referred to but does not exist. */
export function missingPlacement(namespace: string, name: string): PlacementFacts {
  return { namespace, name, missing: true, required: 1, clusters: [], clusterSets: [] };
}

/**
 * Reads a Placement and its decisions. Decisions of a namesake that is gone bear its name but not its uid: they do not
 * count. A cluster counts once, because it is briefly in two decisions when OCM moves it.
 */
export function placementFacts(placement: Placement, decisions: readonly PlacementDecision[]): PlacementFacts {
  const { namespace = '', name, uid, generation } = placement.metadata;
  const own = decisions.filter((decision) => decision.metadata.ownerReferences?.some((owner) => owner.uid === uid));
  const clusters = own.flatMap((decision) => decision.status?.decisions ?? []).map((decision) => decision.clusterName);
  const condition = placement.status?.conditions?.find(({ type }) => type === placementSatisfied);
  const misconfigured = placement.status?.conditions?.find(({ type }) => type === placementMisconfigured);
  // OCM's own controller gives no observedGeneration (1.x); others may.
  const current = (condition?.observedGeneration ?? generation) === generation;
  const judged = condition !== undefined && condition.status !== 'Unknown' && current;
  return {
    namespace,
    name,
    missing: false,
    ...(misconfigured?.status === 'True' ? { misconfigured: misconfigured.message ?? misconfigured.reason } : {}),
    ...(judged ? { evaluation: { satisfied: condition.status === 'True', reason: condition.reason } } : {}),
    required: Math.max(placement.spec.numberOfClusters ?? 1, 1),
    clusters: [...new Set(clusters)].toSorted(),
    clusterSets: placement.spec.clusterSets?.toSorted() ?? [],
  };
}

/** Whether it selects as many clusters as it must. */
export function isSatisfied(facts: PlacementFacts): boolean {
  return !facts.missing && facts.clusters.length >= facts.required;
}

/** The entry of `status.placements`; the message is there only where something is wrong. */
export function placementResult(facts: PlacementFacts): PlacementResult {
  const { namespace, name, required } = facts;
  const satisfied = isSatisfied(facts);
  const reason = facts.missing ? 'NotFound' : (facts.evaluation?.reason ?? 'NotJudged');
  const review = { namespace, name, selected: facts.clusters.length, required, satisfied, reason };
  return satisfied ? review : { ...review, message: failureOf(facts).slice(0, longestReviewMessage) };
}

/** Bound of `message` in the CRD. */
const longestReviewMessage = 4096;

/** Why a Placement is not satisfied, for people. The two lines for a missing one are a published text. */
export function failureOf(facts: PlacementFacts): string {
  const { namespace, name } = facts;
  if (facts.missing) {
    return (
      `failed to review placements: Placement.cluster.open-cluster-management.io "${name}" not found\n` +
      `failed to get placement ${name} in namespace ${namespace}`
    );
  }
  const counts = `placement ${namespace}/${name} selects ${facts.clusters.length} of ${facts.required} required clusters`;
  if (facts.evaluation === undefined) return `${counts}: OCM has not judged it yet`;
  const explanation =
    facts.misconfigured === undefined
      ? explain(facts, facts.evaluation.reason)
      : `OCM cannot make sense of it: ${facts.misconfigured}`;
  return `${counts}: ${facts.evaluation.reason}${explanation === '' ? '' : ` (${explanation})`}`;
}

/** OCM's reasons in words. Its own messages are not repeated: those that wrap an error are not stable. */
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
      return `its PlacementDecisions hold fewer clusters than OCM has decided on`;
    default:
      return '';
  }
}
