import type { EnvironmentStatus } from '../../api/environment.ts';
import type { Condition } from '../../api/object.ts';
import { failureOf, isSatisfied, placementResult, type PlacementFacts } from './placement-result.ts';

/** A Placement that the controller rendered, from revision `revision` of the Environment. */
export interface RenderedPlacement extends PlacementFacts {
  revision: number;
}

/** All that the readiness of one Environment depends on. The order of the lists says nothing. */
export interface ReadinessFacts {
  generation: number | undefined;
  /** The newest revision; absent until the webhook or the controller has stamped the object. */
  revision: number | undefined;
  /** The generation that the last verdict was found for; absent if there was none yet. */
  evaluatedGeneration: number | undefined;
  /** The controller's condition, if it is about the newest revision. */
  rendered: Condition | undefined;
  /** Placements of deployments. */
  deployed: readonly RenderedPlacement[];
  /** Placements that the newest revision refers to and mooring does not own. */
  referred: readonly PlacementFacts[];
  /** Placements that stand in while there is nothing else to review. */
  probes: readonly RenderedPlacement[];
}

/** The part of an Environment's status that the aggregator owns. */
export interface ReadinessResult {
  status: 'Ready' | 'NotReady';
  totalSelectedClusters: number;
  selectedClusters: string[];
  requiredClusters: number;
  placements: NonNullable<EnvironmentStatus['placements']>;
  observedGeneration?: number;
  conditions: Condition[];
}

/** Type of the one condition that the aggregator owns. */
const environmentReady = 'EnvironmentReady';

/** Bounds of the CRD. */
const mostPlacements = 50;
const mostClusters = 5000;
const longestMessage = 32_000;

/** Judges an Environment; `undefined` means that nothing of its newest revision is judged yet, so the last verdict stays. */
export function evaluateReadiness(facts: ReadinessFacts): ReadinessResult | undefined {
  if (facts.rendered?.status === 'False') {
    const { reason, message } = facts.rendered;
    return verdict(facts, [], { status: 'False', reason, message: message ?? '' });
  }
  const reviewed = placementsToReview(facts);
  if (reviewed.length === 0 || isMidEdit(facts, reviewed)) return undefined;
  const failed = reviewed.filter((placement) => !isSatisfied(placement));
  if (failed.length === 0) return verdict(facts, reviewed, allSatisfied);
  const none = reviewed.every((placement) => placement.clusters.length === 0);
  const reason = none ? 'TotalSelectedClustersLessThanZero' : 'SelectedClustersLessThanRequired';
  return verdict(facts, reviewed, { status: 'False', reason, message: listFailures(failed) });
}

type Finding = Pick<Condition, 'status' | 'reason' | 'message'>;

const allSatisfied: Finding = {
  status: 'True',
  reason: 'PlacementsSatisfied',
  message: 'every placement selects as many clusters as it requires',
};

type Reviewed = PlacementFacts | RenderedPlacement;

/** What speaks for the newest revision, sorted by namespace and name, each once. */
function placementsToReview(facts: ReadinessFacts): Reviewed[] {
  const speaksForNewest = (placement: RenderedPlacement) =>
    placement.revision === facts.revision && placement.evaluation !== undefined;
  const real: Reviewed[] = [...facts.deployed.filter(speaksForNewest), ...facts.referred];
  const reviewed = real.length > 0 ? real : facts.probes.filter(speaksForNewest);
  const byKey = new Map(reviewed.map((placement) => [`${placement.namespace}/${placement.name}`, placement]));
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, placement]) => placement);
}

/**
 * After an edit in place OCM's verdict may still be about the old spec, which OCM does not say. It gives itself away
 * where it finds satisfied what selects too few; believing it then would make the status flap.
 */
function isMidEdit(facts: ReadinessFacts, reviewed: readonly Reviewed[]): boolean {
  const edited = facts.evaluatedGeneration !== undefined && facts.evaluatedGeneration !== facts.generation;
  const contradicts = (placement: Reviewed) =>
    'revision' in placement && placement.evaluation?.satisfied === true && !isSatisfied(placement);
  return edited && reviewed.some(contradicts);
}

/** The text of every failure; cut between failures where all would not fit. */
function listFailures(failed: readonly PlacementFacts[]): string {
  const texts: string[] = [];
  let length = 0;
  for (const placement of failed) {
    const text = failureOf(placement);
    if (length + text.length + 1 > longestMessage) break;
    texts.push(text);
    length += text.length + 1;
  }
  const rest = failed.length - texts.length;
  return [...texts, ...(rest > 0 ? [`and ${rest} more placements`] : [])].join('\n');
}

function verdict(facts: ReadinessFacts, reviewed: readonly PlacementFacts[], finding: Finding): ReadinessResult {
  const clusters = [...new Set(reviewed.flatMap((placement) => placement.clusters))].toSorted();
  const reviews = reviewed.map(placementResult);
  return {
    status: finding.status === 'True' ? 'Ready' : 'NotReady',
    totalSelectedClusters: clusters.length,
    selectedClusters: clusters.slice(0, mostClusters),
    requiredClusters: Math.max(0, ...reviewed.map((placement) => placement.required)),
    placements: [
      ...reviews.filter((review) => !review.satisfied),
      ...reviews.filter((review) => review.satisfied),
    ].slice(0, mostPlacements),
    ...(facts.generation === undefined ? {} : { observedGeneration: facts.generation }),
    conditions: [{ type: environmentReady, ...finding }],
  };
}

/** What a status holds of ours, to be compared with a verdict; `undefined` where any of it is absent. */
export function readReadinessResult(status: EnvironmentStatus | undefined): ReadinessResult | undefined {
  const condition = status?.conditions?.find(({ type }) => type === environmentReady);
  if (
    status?.status === undefined ||
    status.totalSelectedClusters === undefined ||
    status.selectedClusters === undefined ||
    status.requiredClusters === undefined ||
    status.placements === undefined ||
    condition === undefined
  ) {
    return undefined;
  }
  const { type, reason, message } = condition;
  return {
    status: status.status,
    totalSelectedClusters: status.totalSelectedClusters,
    selectedClusters: status.selectedClusters,
    requiredClusters: status.requiredClusters,
    placements: status.placements,
    ...(status.observedGeneration === undefined ? {} : { observedGeneration: status.observedGeneration }),
    conditions: [{ type, status: condition.status, reason, message: message ?? '' }],
  };
}
