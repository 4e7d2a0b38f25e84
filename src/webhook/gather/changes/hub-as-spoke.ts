import { isJsonObject, type JsonObject } from '../../../api/object.ts';
import type { LocalClusters } from '../../../api/ocm.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { topologyOf } from '../../../domain/json/fields.ts';
import type { PlacementKey } from '../../../domain/render/topology-shape.ts';
import type { Selections } from '../../../domain/spoke/disjoint-selections.ts';
import { mayReachAnyHub, reachableLocalClusters, type HubAsSpoke } from '../../../domain/spoke/local-clusters.ts';
import type { SpokeState } from '../../../domain/spoke/spoke-state.ts';
import { workloadNames } from '../../../domain/spoke/workload-names.ts';
import type { EnvironmentAtRevision } from './environments.ts';
import type { ChangeSources } from './sources.ts';

/** At most this many namespaces on the hub are read for one request. It is not known what others contain. */
const maxNamespaces = 50;

/** A change of one deployment, as far as it decides whether the deployment may come to the hub. */
interface Move {
  deployment: UncheckedObject;
  desired: SpokeState | undefined;
  before: EnvironmentAtRevision | undefined;
  after: EnvironmentAtRevision | undefined;
}

/** Finds out whether deployments may create namespaces on the hub that it needs. Reads each thing once. */
export class HubAsSpokeFinder {
  readonly #sources: Pick<ChangeSources, 'hub' | 'renders' | 'signal'>;
  #clusters: Promise<LocalClusters | undefined> | undefined;
  readonly #uses = new Map<string, Promise<HubAsSpoke['use'] | undefined>>();
  readonly #placements = new Map<string, Promise<JsonObject | undefined>>();

  constructor(sources: Pick<ChangeSources, 'hub' | 'renders' | 'signal'>) {
    this.#sources = sources;
  }

  /** Absent if no work of the deployment creates the namespace, if the hub is not selected, or if the hub does not need the namespace. */
  async of({ deployment, desired, before, after }: Move): Promise<{ hubAsSpoke?: HubAsSpoke }> {
    if (after === undefined || desired?.lifecycle?.spokeNamespace.create !== true) return {};
    const { hub, signal } = this.#sources;
    this.#clusters ??= hub.localClusters(signal);
    const local = await this.#clusters;
    if (local?.clusters.length === 0) return {};
    const selections = await this.#selectionsFor(after, deployment);
    const clusters = local === undefined ? [] : reachableLocalClusters(selections, local);
    if (local === undefined ? !mayReachAnyHub(selections) : clusters.length === 0) return {};
    const use = await this.#useOf(desired.namespace, deployment);
    if (use === undefined) return {};
    if (local === undefined) {
      hub.reportUnknownClusters?.(desired.namespace);
      return {};
    }
    const reachableBefore =
      before === undefined ? [] : reachableLocalClusters(await this.#selectionsFor(before, deployment), local);
    const { type } = topologyOf(after);
    const { namespace, name } = after;
    return {
      hubAsSpoke: {
        clusters,
        wasReachable: reachableBefore.length > 0,
        use,
        environment: { namespace, name },
        topology: typeof type === 'string' ? type : '',
      },
    };
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
