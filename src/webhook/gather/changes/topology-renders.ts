import { isJsonObject, type JsonObject } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import type { Unrendered } from '../../../domain/admission/facts.ts';
import type { EffectiveLifecycle } from '../../../api/workload-deployment.ts';
import { child, topologyOf } from '../../../domain/json/fields.ts';
import { isBuiltinTopology, topologyType } from '../../../domain/refs/topology-type.ts';
import { sampleContext, type SampleEnvironment } from '../../../domain/render/sample-render.ts';
import {
  externalPlacements,
  lifecycleIn,
  selectionsOf,
  shapeOf,
  workloadContext,
  type PlacementKey,
  type TopologyShape,
} from '../../../domain/render/topology-shape.ts';
import { effectiveLifecycle } from '../../../domain/spoke/effective-lifecycle.ts';
import { namespacesIn } from '../../../domain/spoke/work-namespaces.ts';
import type { WorkloadNames } from '../../../domain/spoke/workload-names.ts';
import type { Selections } from '../../../domain/spoke/disjoint-selections.ts';
import type { TopologyContext } from '../../../api/topology-context.ts';
import type { TopologyResult } from '../../../topology/topology-result.ts';
import type { GatherContext } from '../context.ts';
import { wasStopped } from '../renders/stopped.ts';
import type { EnvironmentAtRevision } from './environments.ts';

type TopologyRenderContext = Pick<GatherContext, 'catalog' | 'topologies' | 'samples' | 'namespace' | 'signal'>;
type RenderedEnvironment = Pick<EnvironmentAtRevision, 'namespace' | 'name' | 'spec' | 'topologyStamp' | 'template'>;

/** At most this many deployments of custom topologies are rendered one by one for a request; all others share one render. */
const maxIndividualRenders = 50;

interface RenderSource {
  template: string;
  properties: JsonObject;
}

/** Renders the topologies of Environments. Renders each topology once for any Workload. */
export class TopologyRenders {
  readonly #context: TopologyRenderContext;
  readonly #shapes = new Map<string, Promise<TopologyShape | undefined>>();
  readonly #unrendered = new Map<string, Unrendered>();
  readonly #individual = new Map<string, Promise<TopologyShape | undefined>>();

  constructor(context: TopologyRenderContext) {
    this.#context = context;
  }

  /** The renders that failed so far, one for each Environment and kind of failure. */
  unrendered(): Unrendered[] {
    return [...this.#unrendered.values()];
  }

  /** What the topology of an Environment renders for any Workload; `undefined` if it does not render, or renders no work. */
  shapeFor(environment: RenderedEnvironment): Promise<TopologyShape | undefined> {
    const { namespace, name, topologyStamp, template } = environment;
    const key = JSON.stringify([namespace, name, topologyOf(environment), topologyStamp, template]);
    const known = this.#shapes.get(key) ?? this.#renderShape(environment);
    this.#shapes.set(key, known);
    return known;
  }

  /** What the topology of an Environment renders for a sample deployment; `undefined` if it does not render. */
  sampleShapeFor(environment: RenderedEnvironment): Promise<TopologyShape | undefined> {
    const { type } = topologyOf(environment);
    const isBuiltin = typeof type === 'string' && isBuiltinTopology(type);
    // The sample of a built-in topology is the render for any Workload.
    return isBuiltin ? this.shapeFor(environment) : this.#renderSample(environment, isBuiltin);
  }

  /** The Placements that decide the clusters of every deployment of an Environment; `undefined` if they are not known. */
  async selectionsFor(environment: RenderedEnvironment): Promise<Selections> {
    const { type } = topologyOf(environment);
    // A custom topology may render other Placements for other deployments.
    if (typeof type !== 'string' || topologyType(type).kind !== 'builtin') return undefined;
    const shape = await this.shapeFor(environment);
    return shape === undefined ? undefined : selectionsOf(shape);
  }

  /** Whether a Placement that decides the clusters of an Environment is not part of the render, so that others may edit it. */
  async isEditedByOthers(environment: RenderedEnvironment | undefined): Promise<boolean> {
    const shape = environment === undefined ? undefined : await this.shapeFor(environment);
    return shape !== undefined && selectionsOf(shape) === undefined;
  }

  /** The lifecycle that the topology of an Environment gives a deployment. A custom topology may branch on names and labels. */
  async lifecycleFor(
    environment: RenderedEnvironment | undefined,
    names: WorkloadNames,
    metadata: UncheckedObject['metadata'] = { name: '' },
  ): Promise<EffectiveLifecycle | undefined> {
    if (environment === undefined) return undefined;
    const individual = this.#individualShapeFor(environment, names, metadata);
    if (individual === undefined) {
      const shared = await this.shapeFor(environment);
      return shared === undefined ? undefined : lifecycleIn(shared, names);
    }
    const shape = await individual;
    const { namespace, workload: name } = names;
    return shape === undefined ? undefined : effectiveLifecycle(shape.replicaSets, { namespace, name });
  }

  /** The Placements that decide the clusters of one deployment: those of the render, and others that it refers to. */
  async placementsFor(
    environment: RenderedEnvironment,
    names: WorkloadNames,
    metadata: UncheckedObject['metadata'],
  ): Promise<{ specs: readonly JsonObject[]; external: readonly PlacementKey[] } | undefined> {
    const shape = await (this.#individualShapeFor(environment, names, metadata) ?? this.shapeFor(environment));
    if (shape === undefined) return undefined;
    return {
      specs: shape.placements.map((placement) => child(placement, 'spec')),
      external: externalPlacements(shape),
    };
  }

  /** What a custom topology renders for one deployment; `undefined` if the render for any Workload has to do. */
  #individualShapeFor(
    environment: RenderedEnvironment,
    names: WorkloadNames,
    metadata: UncheckedObject['metadata'],
  ): Promise<TopologyShape | undefined> | undefined {
    const { type } = topologyOf(environment);
    if (typeof type !== 'string' || topologyType(type).kind !== 'custom') return undefined;
    const key = JSON.stringify([environment, names, metadata]);
    const known = this.#individual.get(key);
    if (known !== undefined || this.#individual.size >= maxIndividualRenders) return known;
    const rendered = this.#render(environment, workloadContext(environment.name, names, metadata));
    this.#individual.set(key, rendered);
    return rendered;
  }

  /** The spoke namespaces that a custom topology renders for a deployment; none for a built-in one, which adds no namespace. */
  async customNamespacesFor(
    environment: RenderedEnvironment | undefined,
    names: WorkloadNames,
    metadata: UncheckedObject['metadata'],
  ): Promise<string[]> {
    const { type } = topologyOf(environment ?? {});
    if (environment === undefined || typeof type !== 'string' || topologyType(type).kind !== 'custom') return [];
    const shape = await this.#render(environment, workloadContext(environment.name, names, metadata));
    return shape === undefined ? [] : shape.replicaSets.flatMap(namespacesIn);
  }

  /** Renders for placeholders, as for the sample of a built-in topology. */
  #renderShape(environment: RenderedEnvironment): Promise<TopologyShape | undefined> {
    return this.#renderSample(environment, true);
  }

  /** The remembered render for a sample deployment, or a new one. With `hasPlaceholders`, the names are those for any Workload. */
  async #renderSample(environment: RenderedEnvironment, hasPlaceholders: boolean): Promise<TopologyShape | undefined> {
    const { samples } = this.#context;
    const source = await this.#sourceOf(environment);
    if (source === undefined) return undefined;
    const { namespace, name } = environment;
    const sample: SampleEnvironment = { namespace, name, isBuiltin: hasPlaceholders, ...source };
    const known = samples?.find(sample).shape;
    if (known !== undefined) return known;
    const shape = await this.#renderSource(environment, source, sampleContext(sample));
    if (shape !== undefined) samples?.add(sample, { shape });
    return shape;
  }

  async #render(environment: RenderedEnvironment, workload: TopologyContext): Promise<TopologyShape | undefined> {
    const source = await this.#sourceOf(environment);
    return source === undefined ? undefined : this.#renderSource(environment, source, workload);
  }

  async #renderSource(
    environment: RenderedEnvironment,
    { template, properties }: RenderSource,
    workload: TopologyContext,
  ): Promise<TopologyShape | undefined> {
    const { topologies, namespace, signal } = this.#context;
    const rendered = await topologies.render(template, properties, workload, { namespace, signal });
    if (rendered.ok) {
      const shape = shapeOf(rendered.objects);
      // The controller applies no such render, and keeps what is applied.
      return shape.replicaSets.length === 0 ? undefined : shape;
    }
    this.#remember(environment, rendered);
    return undefined;
  }

  /** `undefined` if there is nothing to render. */
  async #sourceOf(environment: RenderedEnvironment): Promise<RenderSource | undefined> {
    const { type, properties = {} } = topologyOf(environment);
    if (typeof type !== 'string' || !isJsonObject(properties)) return undefined;
    const { template = await this.#templateOf(type, environment) } = environment;
    return template === undefined ? undefined : { template, properties };
  }

  async #templateOf(type: string, { topologyStamp }: RenderedEnvironment): Promise<string | undefined> {
    const found = await this.#context.catalog.topology(type, topologyStamp);
    return found.state === 'found' ? found.template : undefined;
  }

  #remember({ namespace, name }: RenderedEnvironment, failure: Extract<TopologyResult, { ok: false }>): void {
    const isStopped = wasStopped(failure);
    this.#unrendered.set(`${namespace}/${name} ${isStopped}`, {
      environment: { namespace, name },
      isStopped,
      message: failure.violations[0]?.message ?? failure.reason,
    });
  }
}
