import type { JsonObject } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { TopologyContext } from '../../api/topology-context.ts';
import { child } from '../json/fields.ts';
import type { WorkloadNames } from '../spoke/workload-names.ts';
import { placeholders, sampleComponents, workloadContext } from './topology-shape.ts';
import { kindProblem, type AllowedKind } from './hub-objects.ts';
import { renderWorkload, type Render, type RenderOutcome, type RenderTools } from './workload-render.ts';

const sampleName = 'sample';

/** An Environment for which a sample is rendered. */
export interface SampleEnvironment {
  namespace: string;
  name: string;
  /** Whether its topology is built in. */
  isBuiltin: boolean;
  /** The CUE template of its topology, and the properties. */
  template: string;
  properties: JsonObject;
}

/**
 * The names of a sample deployment. For a built-in topology they are placeholders, as in the render for any Workload, because all
 * names have the same result. A custom topology may branch on them: the sample is in the namespace of its Environment.
 */
function sampleNames({ namespace, isBuiltin }: Pick<SampleEnvironment, 'namespace' | 'isBuiltin'>): WorkloadNames {
  return isBuiltin ? placeholders : { deployment: { namespace, name: sampleName }, namespace, workload: sampleName };
}

/** The context of `renderSample`, with which the properties of an Environment are checked, too. */
export function sampleContext(environment: Omit<SampleEnvironment, 'template' | 'properties'>): TopologyContext {
  return workloadContext(environment.name, sampleNames(environment));
}

/**
 * Renders the topology of an Environment for a sample deployment, with one component and without overrides. It finds what fails for
 * every deployment. A custom topology may branch on the Workload, so a deployment may still fail.
 */
export function renderSample(environment: SampleEnvironment, tools: RenderTools): Promise<Render> {
  const { namespace, name, template, properties } = environment;
  const names = sampleNames(environment);
  const deployment: WorkloadDeployment = {
    apiVersion: '',
    kind: 'WorkloadDeployment',
    metadata: names.deployment,
    spec: {
      workload: { name: names.workload, namespace: names.namespace },
      workloadProfileRef: { name: sampleName },
      environmentRef: { name },
    },
  };
  const spec = { topology: { type: '', properties } };
  return renderWorkload(
    deployment,
    { namespace, name, revision: 1, spec, template },
    { revision: 1, spec: { workload: { components: sampleComponents } } },
    tools,
  );
}

/**
 * Renders a topology for a sample deployment without properties. The objects may be in any hub namespace. If properties are required,
 * the result tells what is wrong without them, as far as that is known.
 */
export function renderDefaults(template: string, tools: RenderTools): Promise<Render> {
  const sharedHubNamespaces = [...tools.settings.sharedHubNamespaces];
  const topologies: RenderTools['topologies'] = {
    render: async (...args) => {
      const outcome = await tools.topologies.render(...args);
      // An Environment may name a hub namespace of its own, so any that the topology renders counts as named.
      if (!outcome.ok) return withoutProperties(outcome, tools.settings.allowedKinds);
      sharedHubNamespaces.push(...outcome.objects.flatMap(namespaceOf));
      return outcome;
    },
  };
  const environment = { namespace: sampleName, name: sampleName, isBuiltin: false, template, properties: {} };
  return renderSample(environment, { ...tools, topologies, settings: { ...tools.settings, sharedHubNamespaces } });
}

/** Missing properties say nothing about a template. What it shows without them does. */
function withoutProperties(
  outcome: Extract<RenderOutcome, { ok: false }>,
  allowedKinds: readonly AllowedKind[],
): RenderOutcome {
  const { violations = [], objects = [] } = outcome.withoutProperties ?? {};
  const kinds = objects.flatMap(({ apiVersion, kind }) => {
    const isKnown = typeof apiVersion === 'string' && typeof kind === 'string';
    const message = isKnown ? kindProblem({ apiVersion, kind }, allowedKinds) : undefined;
    return message === undefined ? [] : [{ path: [], message }];
  });
  const found = [...violations, ...kinds];
  return found.length === 0 ? outcome : { ok: false, reason: 'InvalidTemplate', violations: found };
}

function namespaceOf(object: JsonObject): string[] {
  const { namespace } = child(object, 'metadata');
  return typeof namespace === 'string' ? [namespace] : [];
}

/** Why a render cannot be applied for a deployment; `undefined` if it can. */
export function problemOfRender(render: Render): string | undefined {
  if (!render.ok) return render.message;
  const rendersOnlyPlacements = render.objects.every(({ kind }) => kind === 'Placement');
  return rendersOnlyPlacements
    ? 'the topology renders no ManifestWorkReplicaSet, so that nothing would be applied on the clusters'
    : undefined;
}
