import { keyOf } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import type { Peer } from '../../../domain/spoke/change.ts';
import { knownClusters } from '../../../domain/spoke/cluster-choice.ts';
import { appliedClusters, readDeploymentStatus } from '../../../domain/spoke/from-status.ts';
import type { SpokeState } from '../../../domain/spoke/spoke-state.ts';
import { workloadNames } from '../../../domain/spoke/workload-names.ts';
import type { ChangeSources } from './sources.ts';
import { isBlockedByRule } from './observed.ts';

/** Finds the deployments in spoke namespaces. Looks up each namespace once. */
export class PeerFinder {
  readonly #sources: ChangeSources;
  readonly #changed: ReadonlyMap<string, SpokeState>;
  readonly #found = new Map<string, Promise<Peer[]>>();

  /** `changed`: the states that the same request gives other deployments, by `namespace/name`. */
  constructor(sources: ChangeSources, changed: ReadonlyMap<string, SpokeState> = new Map()) {
    this.#sources = sources;
    this.#changed = changed;
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
    const { states, visibility, isOffline } = this.#sources;
    const observed = await states.observedState(deployment);
    const status = readDeploymentStatus(deployment);
    // A deployment that is blocked and on no cluster does not block others, because it is waiting itself.
    if (observed === undefined || (isBlockedByRule(status) && observed.clusters?.length === 0)) return [];
    const { namespace = '', name } = deployment.metadata;
    const named = await visibility.of('WorkloadDeployment', { namespace, name });
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
