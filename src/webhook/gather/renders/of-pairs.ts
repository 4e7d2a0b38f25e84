import { isJsonObject } from '../../../api/object.ts';
import type { EnvironmentSpec } from '../../../api/environment.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import type { WorkloadDeployment } from '../../../api/workload-deployment.ts';
import type { Pairing, RenderProblem } from '../../../domain/admission/facts.ts';
import { topologyRevisionAnnotation } from '../../../domain/annotations.ts';
import { topologyOf } from '../../../domain/json/fields.ts';
import { overrideInputOf } from '../../../domain/overrides/override-input.ts';
import { placeholderRenders } from '../../../domain/render/placeholder-render.ts';
import { renderSample, type SampleEnvironment } from '../../../domain/render/sample-render.ts';
import { isBuiltinTopology } from '../../../domain/refs/topology-type.ts';
import { renderWorkload } from '../../../domain/render/workload-render.ts';
import { workloadNames } from '../../../domain/spoke/workload-names.ts';
import type { GatherContext } from '../context.ts';
import type { Pair, PairedSpecs } from '../evaluate-pairs.ts';
import { BoundedRenderer, type BoundedRendererContext, type Verdict } from './bounded-renderer.ts';

type PairRendererContext = BoundedRendererContext & Pick<GatherContext, 'catalog' | 'samples'>;

/** An Environment of one state of a pair. */
interface RenderedSpec {
  namespace: string;
  name: string;
  spec: UncheckedObject['spec'];
  topologyStamp?: string | undefined;
}

/** Renders what a request combines anew, within the limits of the request. What could not be rendered before is not reported. */
export class PairRenderer {
  readonly #context: PairRendererContext;
  #created: BoundedRenderer | undefined;

  constructor(context: PairRendererContext) {
    this.#context = context;
  }

  /** Its time starts with the first render. */
  get #renderer(): BoundedRenderer {
    this.#created ??= new BoundedRenderer(this.#context);
    return this.#created;
  }

  /** The evaluated pairs with the problems of their renders. A pair that an override makes unusable is not rendered. */
  async renderAll(kind: string, pairs: readonly Pair[], pairings: readonly Pairing[]): Promise<Pairing[]> {
    const rendered: Pairing[] = [];
    for (const [index, pairing] of pairings.entries()) {
      const pair = pairs[index];
      const isDenied = pairing.now.some(({ severity }) => severity === 'deny');
      const render = pair === undefined || isDenied ? undefined : await this.#problemOf(kind, pair);
      rendered.push({ ...pairing, ...(render === undefined ? {} : { render }) });
    }
    return rendered;
  }

  /** What is wrong with a new topology of an Environment for a sample deployment. */
  async sampleOf(object: UncheckedObject, oldObject: UncheckedObject | undefined): Promise<RenderProblem | undefined> {
    const sample = async ({ metadata, spec }: UncheckedObject): Promise<Verdict | undefined> => {
      const { namespace = '', name } = metadata;
      const topologyStamp = metadata.annotations?.[topologyRevisionAnnotation];
      const source = await this.#sourceOf({ namespace, name, spec, topologyStamp });
      return source === undefined ? undefined : this.#sample(source);
    };
    return problemOf('Environment', await sample(object), () =>
      oldObject === undefined ? Promise.resolve(undefined) : sample(oldObject),
    );
  }

  async #sample(source: SampleEnvironment): Promise<Verdict> {
    const { samples } = this.#context;
    if (samples?.find(source).isUsable === true) return { state: 'rendered' };
    const verdict = await this.#renderer.evaluate((tools) => renderSample(source, tools));
    if (verdict.state === 'rendered') samples?.add(source, { isUsable: true });
    return verdict;
  }

  async #problemOf(kind: string, { environment, deployment, now, before }: Pair): Promise<RenderProblem | undefined> {
    if (workloadNames(deployment) === undefined) return undefined;
    const { namespace, name } = environment;
    const verdictOf = async ({ environment: spec, topologyStamp, profile }: PairedSpecs) => {
      const source = await this.#sourceOf({ namespace, name, spec, topologyStamp });
      if (source === undefined) return undefined;
      const { policies, components } = overrideInputOf(spec, profile);
      const { type, properties } = source;
      // The schema of a stored object is checked where it is written; in files it may be anything.
      const checked = { topology: { type, properties }, policies } as unknown as EnvironmentSpec;
      return this.#renderer.evaluate((tools) =>
        renderWorkload(
          deployment as unknown as WorkloadDeployment,
          { namespace, name, revision: 1, spec: checked, template: source.template },
          { revision: 1, spec: { workload: { components: [...components] } } },
          source.isBuiltin ? { ...tools, topologies: placeholderRenders(tools.topologies) } : tools,
        ),
      );
    };
    return problemOf(kind, await verdictOf(now), () =>
      before === undefined ? Promise.resolve(undefined) : verdictOf(before),
    );
  }

  /** The topology and the properties of an Environment; `undefined` if the topology is not found, which other rules report. */
  async #sourceOf({ namespace, name, spec, topologyStamp }: RenderedSpec) {
    const { type, properties = {} } = topologyOf({ spec });
    if (typeof type !== 'string' || !isJsonObject(properties)) return undefined;
    const found = await this.#context.catalog.topology(type, topologyStamp);
    if (found.state !== 'found') return undefined;
    return { namespace, name, type, isBuiltin: isBuiltinTopology(type), properties, template: found.template };
  }
}

/** The problem of a verdict; `undefined` if there is none, or if it existed before. */
async function problemOf(
  kind: string,
  verdict: Verdict | undefined,
  previously: () => Promise<Verdict | undefined>,
): Promise<RenderProblem | undefined> {
  if (verdict === undefined || verdict.state === 'rendered') return undefined;
  if (verdict.state === 'unknown') return verdict;
  // The rule InvalidSpec reports each wrong property of the Environment in the request.
  if (kind === 'Environment' && verdict.aboutProperties) return undefined;
  const before = await previously();
  return before?.state === 'failed' ? undefined : { state: 'failed', message: verdict.message };
}
