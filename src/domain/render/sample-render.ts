import type { JsonObject } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { WorkloadProfile } from '../../api/workload-profile.ts';
import { child } from '../json/fields.ts';
import { renderWorkload, type Render, type RenderTools } from './workload-render.ts';

const sampleName = 'sample';

const sampleProfile: WorkloadProfile['spec'] = {
  workload: { components: [{ name: sampleName, type: 'webservice', properties: {}, traits: [] }] },
};

/** An Environment for which a sample is rendered. */
export interface SampleEnvironment {
  namespace: string;
  name: string;
  /** The CUE template of its topology, and the properties. */
  template: string;
  properties: JsonObject;
}

/**
 * Renders the topology of an Environment for a sample deployment in its namespace, with one component and without overrides. It finds
 * what fails for every deployment. A custom topology may branch on the Workload, so a deployment may still fail.
 */
export function renderSample(
  { namespace, name, template, properties }: SampleEnvironment,
  tools: RenderTools,
): Promise<Render> {
  const deployment: WorkloadDeployment = {
    apiVersion: '',
    kind: 'WorkloadDeployment',
    metadata: { namespace, name: sampleName },
    spec: {
      workload: { name: sampleName, namespace },
      workloadProfileRef: { name: sampleName },
      environmentRef: { name },
    },
  };
  const spec = { topology: { type: '', properties } };
  return renderWorkload(
    deployment,
    { namespace, name, revision: 1, spec, template },
    { revision: 1, spec: sampleProfile },
    tools,
  );
}

/** Renders a topology for a sample deployment without properties. The objects may be in any hub namespace. */
export function renderDefaults(template: string, tools: RenderTools): Promise<Render> {
  const sharedHubNamespaces = [...tools.settings.sharedHubNamespaces];
  const topologies: RenderTools['topologies'] = {
    render: async (...args) => {
      const outcome = await tools.topologies.render(...args);
      // An Environment may name a hub namespace of its own, so any that the topology renders counts as named.
      if (outcome.ok) sharedHubNamespaces.push(...outcome.objects.flatMap(namespaceOf));
      return outcome;
    },
  };
  const environment = { namespace: sampleName, name: sampleName, template, properties: {} };
  return renderSample(environment, { ...tools, topologies, settings: { ...tools.settings, sharedHubNamespaces } });
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
