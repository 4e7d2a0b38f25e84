import { keyOf } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import type { Peer } from '../../../domain/spoke/change.ts';
import type { Selections } from '../../../domain/spoke/disjoint-selections.ts';
import { namespaceMetadataOf } from '../../../domain/spoke/namespace-metadata.ts';
import { isUnplaced } from '../../../domain/spoke/unplaced.ts';
import { isProgress } from '../../../domain/applied-reasons.ts';
import { knownClusters } from '../../../domain/spoke/cluster-choice.ts';
import {
  appliedClusters,
  readDeploymentStatus,
  type DeploymentStatusFacts,
} from '../../../domain/spoke/from-status.ts';
import type { SpokeState } from '../../../domain/spoke/spoke-state.ts';
import { workloadNames } from '../../../domain/spoke/workload-names.ts';
import type { ChangeSources } from './sources.ts';
import { isBlockedByRule } from './observed.ts';

interface PeerFinderOptions {
  changed?: ReadonlyMap<string, SpokeState>;
  selectionsOutside?: string;
  changedSelections?: Selections;
}

/** Finds the deployments in spoke namespaces. Looks up each namespace once. */
export class PeerFinder {
  readonly #sources: ChangeSources;
  readonly #changed: ReadonlyMap<string, SpokeState>;
  readonly #selectionsOutside: string | undefined;
  readonly #changedSelections: Selections;
  readonly #found = new Map<string, Promise<Peer[]>>();

  /**
   * `changed`: the states that the same request gives other deployments, by `namespace/name`. `selectionsOutside`: peers in
   * other hub namespaces than this one get the Placements that decide where they may be. `changedSelections`: the Placements
   * that the same request gives the changed ones.
   */
  constructor(
    sources: ChangeSources,
    { changed = new Map(), selectionsOutside, changedSelections }: PeerFinderOptions = {},
  ) {
    this.#sources = sources;
    this.#changed = changed;
    this.#selectionsOutside = selectionsOutside;
    this.#changedSelections = changedSelections;
  }

  /** The deployments in some namespaces, except terminating ones. Every call for the same single namespace returns the same list. */
  async peersIn(namespaces: readonly (string | undefined)[]): Promise<Peer[]> {
    const distinct = [...new Set(namespaces.filter((namespace) => namespace !== undefined))];
    const lists = await Promise.all(distinct.map((namespace) => this.#peersInOne(namespace)));
    const [only, ...more] = lists;
    return more.length === 0 ? (only ?? []) : lists.flat();
  }

  #peersInOne(namespace: string): Promise<Peer[]> {
    const found = this.#found.get(namespace) ?? this.#find(namespace);
    this.#found.set(namespace, found);
    return found;
  }

  async #find(namespace: string): Promise<Peer[]> {
    const deployments = await this.#sources.referrers.inSpokeNamespace(namespace);
    const remaining = deployments.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    return (await Promise.all(remaining.map((deployment) => this.#peersOf(deployment)))).flat();
  }

  /** A deployment as a peer. It is two peers if it is applied under other names than its spec requests. */
  async #peersOf(deployment: UncheckedObject): Promise<Peer[]> {
    const { states, visibility, reservingSince, isOffline } = this.#sources;
    const observed = await states.observedState(deployment);
    const status = readDeploymentStatus(deployment);
    // A deployment that is blocked and on no cluster does not block others, because it is waiting itself.
    if (observed === undefined || (isBlockedByRule(status) && observed.clusters?.length === 0)) return [];
    const { namespace = '', name } = deployment.metadata;
    const selections = await this.#selectionsOf(deployment);
    const metadata = namespaceMetadataOf(deployment);
    const named = {
      ...(await visibility.of('WorkloadDeployment', { namespace, name })),
      ...(selections === undefined ? {} : { selections }),
      ...(isUnplaced(deployment, reservingSince()) ? { isUnplaced: true } : {}),
      ...(metadata.size === 0 ? {} : { namespaceMetadata: metadata }),
    };
    // In files a status may be missing: then the deployment counts as applied on all of its clusters.
    const applied = status.clusters === undefined && isOffline ? {} : { appliedOn: appliedClusters(status) };
    const changed = this.#changed.get(keyOf(deployment));
    if (changed !== undefined) return [{ ...named, ...applied, state: changed, observed }];
    const pendingMove = await this.#pendingMoveOf(deployment, observed);
    return [
      { ...named, ...applied, state: observed },
      ...(pendingMove === undefined ? [] : [{ ...named, state: pendingMove, appliedOn: [] }]),
    ];
  }

  /** Where a deployment may be: on the clusters of what is applied, and on those of what it asks for. */
  async #selectionsOf(deployment: UncheckedObject): Promise<Selections> {
    const { environments, renders } = this.#sources;
    const { namespace } = deployment.metadata;
    if (this.#selectionsOutside === undefined || this.#selectionsOutside === namespace) return undefined;
    // If the last change could not be applied, nothing in the status tells which Placements are on the hub.
    if (!isOnHub(readDeploymentStatus(deployment))) return undefined;
    const found = await Promise.all([environments.applied(deployment), environments.desired(deployment)]);
    const selections = await Promise.all(
      found.map((each) => (each === undefined ? Promise.resolve(undefined) : renders.selectionsFor(each))),
    );
    if (this.#changed.has(keyOf(deployment))) selections.push(this.#changedSelections);
    return selections.some((each) => each === undefined) ? undefined : selections.flatMap((each) => each ?? []);
  }

  /** The state that a deployment will have under the names that it requests, if it is still applied under others. */
  async #pendingMoveOf(deployment: UncheckedObject, observed: SpokeState): Promise<SpokeState | undefined> {
    const { environments, states } = this.#sources;
    const requested = workloadNames(deployment);
    const isMoved =
      requested !== undefined &&
      (requested.namespace !== observed.namespace || requested.workload !== observed.workloadName);
    if (!isMoved) return undefined;
    const environment = await environments.desired(deployment);
    return states.stateIn(environment, deployment, knownClusters(environment?.selected));
  }
}

/** Whether what the status says is on the hub, or nothing is yet. */
function isOnHub({ notAppliedReason }: DeploymentStatusFacts): boolean {
  return notAppliedReason === undefined || isProgress(notAppliedReason);
}
