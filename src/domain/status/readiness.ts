import type { EnvironmentStatus } from '../../api/environment.ts';
import type { Condition } from '../../api/object.ts';
import { maxMessageLength, maxMessageLines } from '../text/condition-message.ts';
import { cutText } from '../text/cut-text.ts';
import { failureOf, isSatisfied, placementResult, type PlacementFacts } from './placement-result.ts';

/** A Placement that the controller rendered from revision `revision` of the Environment. */
export interface RenderedPlacement extends PlacementFacts {
  revision: number;
}

/** Everything that the readiness of one Environment depends on. The order of the lists does not matter. */
export interface ReadinessFacts {
  generation: number | undefined;
  /** The newest revision; undefined until the webhook or the controller has stamped the object. */
  revision: number | undefined;
  /** The generation of the last evaluation; undefined if there was none. */
  evaluatedGeneration: number | undefined;
  /** The controller's condition Rendered, if it is about the newest revision. */
  rendered: Condition | undefined;
  /** Placements that were rendered for deployments. */
  deployed: readonly RenderedPlacement[];
  /** Placements that the newest revision refers to but mooring does not own. */
  referred: readonly PlacementFacts[];
  /** Probe Placements, which count only if there are no other Placements. */
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

/** The type of the condition that the aggregator owns. */
const environmentReady = 'EnvironmentReady';

/** Limits of the schema. */
const maxPlacements = 50;
const maxClusters = 5000;

/** The space reserved for the last line of a message, `and 12345 more placements`. */
const reserved = 40;

/**
 * Evaluates an Environment. `undefined` means that OCM has not evaluated the newest revision, so that the last result
 * stays.
 */
export function evaluateReadiness(facts: ReadinessFacts): ReadinessResult | undefined {
  if (facts.rendered?.status === 'False') {
    const { reason, message } = facts.rendered;
    return toResult(facts, [], { status: 'False', reason, message: message ?? '' });
  }
  const relevant = relevantPlacements(facts);
  if (relevant.length === 0 || isConditionStale(facts, relevant)) return undefined;
  const failed = relevant.filter((placement) => !isSatisfied(placement));
  if (failed.length === 0) return toResult(facts, relevant, allSatisfied);
  const noneSelected = relevant.every((placement) => placement.clusters.length === 0);
  const reason = noneSelected ? 'TotalSelectedClustersLessThanZero' : 'SelectedClustersLessThanRequired';
  return toResult(facts, relevant, { status: 'False', reason, message: listFailures(failed) });
}

type Finding = Pick<Condition, 'status' | 'reason' | 'message'>;

const allSatisfied: Finding = {
  status: 'True',
  reason: 'PlacementsSatisfied',
  message: 'every placement selects as many clusters as it requires',
};

type RelevantPlacement = PlacementFacts | RenderedPlacement;

/**
 * The Placements of the newest revision that OCM has evaluated, and those that it refers to: each once, sorted by
 * namespace and name.
 */
function relevantPlacements(facts: ReadinessFacts): RelevantPlacement[] {
  const isNewest = (placement: RenderedPlacement) =>
    placement.revision === facts.revision && placement.evaluation !== undefined;
  const regular: RelevantPlacement[] = [...facts.deployed.filter(isNewest), ...facts.referred];
  const relevant = regular.length > 0 ? regular : facts.probes.filter(isNewest);
  const byKey = new Map(relevant.map((placement) => [`${placement.namespace}/${placement.name}`, placement]));
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, placement]) => placement);
}

/**
 * Whether a Placement was edited and OCM's condition is still about its old spec. OCM sets no generation, but it then
 * reports a Placement as satisfied that selects too few clusters. Evaluating that state would make the status flap.
 */
function isConditionStale(facts: ReadinessFacts, relevant: readonly RelevantPlacement[]): boolean {
  const edited = facts.evaluatedGeneration !== undefined && facts.evaluatedGeneration !== facts.generation;
  const contradicts = (placement: RelevantPlacement) =>
    'revision' in placement && placement.evaluation?.satisfied === true && !isSatisfied(placement);
  return edited && relevant.some(contradicts);
}

/** The messages of all failures. If they do not fit, whole messages are omitted and counted. */
function listFailures(failed: readonly PlacementFacts[]): string {
  const messages: string[] = [];
  let length = 0;
  for (const placement of failed.slice(0, maxMessageLines - 1)) {
    const message = cutText(failureOf(placement), maxMessageLength / 2);
    if (length + message.length + 1 > maxMessageLength - reserved) break;
    messages.push(message);
    length += message.length + 1;
  }
  const rest = failed.length - messages.length;
  return [...messages, ...(rest > 0 ? [`and ${rest} more placements`] : [])].join('\n');
}

function toResult(facts: ReadinessFacts, relevant: readonly PlacementFacts[], finding: Finding): ReadinessResult {
  const clusters = [...new Set(relevant.flatMap((placement) => placement.clusters))].toSorted();
  const results = relevant.map(placementResult);
  return {
    status: finding.status === 'True' ? 'Ready' : 'NotReady',
    totalSelectedClusters: clusters.length,
    selectedClusters: clusters.slice(0, maxClusters),
    requiredClusters: Math.max(0, ...relevant.map((placement) => placement.required)),
    placements: [
      ...results.filter((result) => !result.satisfied),
      ...results.filter((result) => result.satisfied),
    ].slice(0, maxPlacements),
    ...(facts.generation === undefined ? {} : { observedGeneration: facts.generation }),
    conditions: [{ type: environmentReady, ...finding }],
  };
}

/**
 * Reads the fields of the aggregator from a status, to compare them with a new result; `undefined` if one of them is
 * absent.
 */
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
