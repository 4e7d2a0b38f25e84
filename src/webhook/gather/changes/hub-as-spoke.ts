import { isJsonObject, type JsonObject } from '../../../api/object.ts';
import type { LocalClusters } from '../../../api/ocm.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { topologyOf } from '../../../domain/json/fields.ts';
import type { PlacementKey } from '../../../domain/render/topology-shape.ts';
import type { Selections } from '../../../domain/spoke/disjoint-selections.ts';
import {
  leftLocalClusters,
  mayReachAnyHub,
  reachableLocalClusters,
  type HubAsSpoke,
} from '../../../domain/spoke/local-clusters.ts';
import type { SpokeState } from '../../../domain/spoke/spoke-state.ts';
import { workloadNames } from '../../../domain/spoke/workload-names.ts';
import type { EnvironmentAtRevision } from './environments.ts';
import type { ChangeSources } from './sources.ts';

/** At most this many namespaces on the hub are read for one request. It is not known what others contain. */
const maxNamespaces = 50;

/** A change of one deployment, as far as it decides whether the deployment may come to the hub. */
interface Move {
  deployment: UncheckedObject;
  observed: SpokeState | undefined;
  desired: SpokeState | undefined;
  before: EnvironmentAtRevision | undefined;
  after: EnvironmentAtRevision | undefined;
}

type FinderSources = Pick<ChangeSources, 'hub' | 'renders' | 'environments' | 'namespaceState' | 'signal'>;

/** Finds out whether deployments may create namespaces on the hub that it needs. Reads each thing once. */
export class HubAsSpokeFinder {
  readonly #sources: FinderSources;
  #clusters: Promise<LocalClusters | undefined> | undefined;
  readonly #uses = new Map<string, Promise<HubAsSpoke['use'] | undefined>>();
  readonly #placements = new Map<string, Promise<JsonObject | undefined>>();

  constructor(sources: FinderSources) {
    this.#sources = sources;
  }

  /** Absent if the deployment neither comes to the hub as one that creates a namespace which the hub needs, nor leaves it so. */
  async of(move: Move): Promise<{ hubAsSpoke?: HubAsSpoke }> {
    const { deployment, observed, desired, before, after } = move;
    if (after === undefined || (!creates(desired) && !creates(observed))) return {};
    const { hub, signal } = this.#sources;
    this.#clusters ??= hub.localClusters(signal);
    const local = await this.#clusters;
    if (local?.clusters.length === 0) return {};
    const selections = await this.#selectionsFor(after, deployment);
    if (local === undefined) {
      await this.#reportUnknown(move, selections);
      return {};
    }
    const reachable = reachableLocalClusters(selections, local);
    const source = sourceOf(after);
    const use = reachable.length > 0 && creates(desired) ? await this.#useOf(desired.namespace, deployment) : undefined;
    const left = leftLocalClusters({ observed, desired }, reachable, local);
    const leaves = await this.#leaves({ deployment, observed, desired }, { left, enters: use !== undefined });
    if (leaves !== undefined) return { hubAsSpoke: { ...source, clusters: left, ...leaves } };
    if (use === undefined) return {};
    const reachableBefore =
      before === undefined ? [] : reachableLocalClusters(await this.#selectionsFor(before, deployment), local);
    return { hubAsSpoke: { ...source, clusters: reachable, wasReachable: reachableBefore.length > 0, use } };
  }

  /** What the hub needs the namespace for that a deployment leaves there. A move into another such namespace is denied anyway. */
  async #leaves(
    { deployment, observed, desired }: Pick<Move, 'deployment' | 'observed' | 'desired'>,
    { left, enters }: { left: readonly string[]; enters: boolean },
  ): Promise<Pick<HubAsSpoke, 'wasReachable' | 'use' | 'isThere' | 'leaves'> | undefined> {
    if (observed === undefined || left.length === 0) return undefined;
    if (enters && observed.namespace !== desired?.namespace) return undefined;
    const use = await this.#useOf(observed.namespace, deployment);
    return use === undefined ? undefined : { wasReachable: true, use, isThere: true, leaves: true };
  }

  async #reportUnknown({ deployment, desired }: Move, selections: Selections): Promise<void> {
    if (!creates(desired) || !mayReachAnyHub(selections)) return;
    const use = await this.#useOf(desired.namespace, deployment);
    if (use !== undefined) this.#sources.hub.reportUnknownClusters?.(desired.namespace);
  }

  /** Absent if no work of the deployment is on the hub and owns the namespace, or if the hub does not need the namespace. */
  async ofDeletion(
    deployment: UncheckedObject,
    observed: SpokeState | undefined,
  ): Promise<{ hubAsSpoke?: HubAsSpoke }> {
    if (observed?.lifecycle?.spokeNamespace.create !== true || observed.clusters === undefined) return {};
    const { hub, namespaceState, environments, signal } = this.#sources;
    const local = await hub.localClusters(signal);
    const names = local?.clusters.map(({ name }) => name) ?? [];
    const clusters = observed.clusters.filter((cluster) => names.includes(cluster));
    const use = clusters.length === 0 ? undefined : await this.#useOf(observed.namespace, deployment);
    if (use === undefined) return {};
    // A terminating namespace goes with everything in it anyway.
    if ((await namespaceState(observed.namespace, signal))?.terminating === true) return {};
    const environment = await environments.applied(deployment);
    const source = environment === undefined ? unknownSource : sourceOf(environment);
    return { hubAsSpoke: { ...source, clusters, wasReachable: true, use, isThere: true } };
  }

  /** The Placements that decide where an Environment leads a deployment; `undefined` if one of them is not known. */
  async #selectionsFor(environment: EnvironmentAtRevision, deployment: UncheckedObject): Promise<Selections> {
    const names = workloadNames(deployment);
    const found =
      names === undefined
        ? undefined
        : await this.#sources.renders.placementsFor(environment, names, deployment.metadata);
    if (found === undefined) return undefined;
    const others = await Promise.all(found.external.map((key) => this.#placement(key)));
    const known = others.filter((spec) => spec !== undefined);
    return known.length < others.length ? undefined : [...found.specs, ...known];
  }

  #placement({ namespace, name }: PlacementKey): Promise<JsonObject | undefined> {
    if (typeof namespace !== 'string') return Promise.resolve(undefined);
    const key = `${namespace}/${name}`;
    const found = this.#placements.get(key) ?? this.#readPlacement(namespace, name);
    this.#placements.set(key, found);
    return found;
  }

  async #readPlacement(namespace: string, name: string): Promise<JsonObject | undefined> {
    const { hub, signal } = this.#sources;
    const placement = await hub.placement(namespace, name, signal);
    return isJsonObject(placement?.spec) ? placement.spec : undefined;
  }

  #useOf(namespace: string, { metadata }: UncheckedObject): Promise<HubAsSpoke['use'] | undefined> {
    // The deployment itself is in this namespace.
    if (namespace === metadata.namespace) return Promise.resolve('objects');
    const known = this.#uses.get(namespace);
    if (known !== undefined) return known;
    if (this.#uses.size >= maxNamespaces) return Promise.resolve('unknown');
    const { hub, signal } = this.#sources;
    const found = hub.namespaceUse(namespace, signal);
    this.#uses.set(namespace, found);
    return found;
  }
}

function creates(state: SpokeState | undefined): state is SpokeState {
  return state?.lifecycle?.spokeNamespace.create === true;
}

const unknownSource = { environment: { namespace: '', name: '' }, topology: '' };

function sourceOf(environment: EnvironmentAtRevision): Pick<HubAsSpoke, 'environment' | 'topology'> {
  const { namespace, name } = environment;
  const { type } = topologyOf(environment);
  return { environment: { namespace, name }, topology: typeof type === 'string' ? type : '' };
}
