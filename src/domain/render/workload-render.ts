import { sharedHubNamespace } from '../../api/names.ts';
import type { EnvironmentSpec } from '../../api/environment.ts';
import { apiVersionOf, type JsonObject } from '../../api/object.ts';
import { renderedKinds } from '../../api/ocm.ts';
import type { EffectiveLifecycle, WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { WorkloadProfile } from '../../api/workload-profile.ts';
import type { RenderFailureReason } from '../applied-reasons.ts';
import type { Hash } from '../json/canonical-json.ts';
import { effectiveLifecycle } from '../spoke/effective-lifecycle.ts';
import { adoptRender, type AllowedKind, type HubObject } from './hub-objects.ts';
import { applyOverrides } from '../overrides/overrides.ts';
import { renderContext } from './render-context.ts';
import { probeName, type RenderIdentity } from './render-identity.ts';
import { manifestText, spokeNamespace, workManifests } from './work-manifests.ts';
import type { Violation } from '../violation.ts';
import type { TopologyContext } from '../../api/topology-context.ts';

/** Evaluates topologies. `namespace` is the one whose objects cause the evaluation: namespaces share the engine equally. */
export interface TopologyRenderer {
  render(
    template: string,
    parameter: JsonObject,
    context: TopologyContext,
    options: { namespace: string },
  ): Promise<RenderOutcome>;
}
export type RenderOutcome =
  | { ok: true; objects: JsonObject[] }
  | {
      ok: false;
      reason: RenderFailureReason;
      violations: { path: string[]; message: string }[];
      /** What a render with invalid properties shows of the template: violations, and apiVersion and kind of objects. */
      withoutProperties?: { violations: { path: string[]; message: string }[]; objects: JsonObject[] };
    };

/** The settings of renders, which a platform team configures. */
export interface RenderSettings {
  allowedKinds: readonly AllowedKind[];
  /** Namespaces on the hub that every Environment may use. The first is the default. */
  sharedHubNamespaces: readonly string[];
  /** The maximum size of the manifests in one ManifestWork, in bytes of JSON. */
  workLimit: number;
}

/** The Environment at the revision that is rendered, with the CUE template of its topology. */
export interface RenderedEnvironment {
  namespace: string;
  name: string;
  revision: number;
  spec: EnvironmentSpec;
  template: string;
}

/** The WorkloadProfile at the revision that is rendered. */
export interface RenderedProfile {
  revision: number;
  spec: WorkloadProfile['spec'];
}

export type Render =
  | {
      ok: true;
      objects: HubObject[];
      /** Placements that the render refers to but does not contain. */
      placementRefs: { namespace: string; name: string }[];
      lifecycle: EffectiveLifecycle;
      /** Warnings of overrides. */
      warnings: Violation[];
    }
  | { ok: false; reason: RenderFailureReason; message: string };

/** The tools that a render needs. */
export interface RenderTools {
  topologies: TopologyRenderer;
  settings: RenderSettings;
  hash: Hash;
}

/** The kinds that a topology may render: those that the controller watches and prunes. */
export const defaultAllowedKinds: readonly AllowedKind[] = renderedKinds.map((resource) => ({
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
}));

export const defaultRenderSettings: RenderSettings = {
  allowedKinds: defaultAllowedKinds,
  sharedHubNamespaces: [sharedHubNamespace],
  // The limit that OCM enforces on a ManifestWork.
  workLimit: 500 * 1024,
};

/**
 * Renders the hub objects of a deployment: applies the overrides of the Environment to the profile, then evaluates the
 * topology.
 */
export async function renderWorkload(
  deployment: WorkloadDeployment,
  environment: RenderedEnvironment,
  profile: RenderedProfile,
  tools: RenderTools,
): Promise<Render> {
  const overridden = applyOverrides(profile.spec.workload.components, environment.spec.policies ?? []);
  const denied = overridden.violations.filter((violation) => violation.severity === 'deny');
  if (denied[0] !== undefined) {
    return {
      ok: false,
      reason: denied[0].code,
      message: denied.map(({ path, message }) => `${path}: ${message}`).join('\n'),
    };
  }
  const { name, namespace = '' } = deployment.metadata;
  const workload = deployment.spec.workload.name;
  const context = renderContext({
    environment: environment.name,
    names: { deployment: { namespace, name }, namespace: spokeNamespace(deployment), workload },
    metadata: deployment.metadata,
    profileRevision: profile.revision,
    components: overridden.components,
    workloadYamls: workManifests(deployment, overridden.components).map(manifestText),
  });
  const identity = { environment: identityOf(environment), deployment: { namespace, name } };
  const rendered = await renderTopology(environment, context, identity, tools);
  if (!rendered.ok) return rendered;
  const replicaSets = rendered.objects.filter((object) => object.kind === 'ManifestWorkReplicaSet');
  const lifecycle = effectiveLifecycle(replicaSets, { namespace: spokeNamespace(deployment), name: workload });
  return { ...rendered, lifecycle, warnings: overridden.violations };
}

/**
 * Renders the probe Placements of an Environment: the Placements of its topology for an empty Workload. They serve to
 * evaluate an Environment without deployments.
 */
export async function renderProbe(environment: RenderedEnvironment, tools: RenderTools): Promise<ProbeRender> {
  const { namespace } = environment;
  const context = renderContext({
    environment: environment.name,
    names: { deployment: { namespace, name: probeName }, namespace, workload: probeName },
    metadata: {},
    profileRevision: 1,
    components: [],
    workloadYamls: [],
  });
  const rendered = await renderTopology(environment, context, { environment: identityOf(environment) }, tools);
  if (!rendered.ok) return rendered;
  return { ...rendered, objects: rendered.objects.filter((object) => object.kind === 'Placement') };
}

/** The result of rendering a topology without computing a lifecycle. */
export type ProbeRender =
  | { ok: true; objects: HubObject[]; placementRefs: { namespace: string; name: string }[] }
  | { ok: false; reason: RenderFailureReason; message: string };

function identityOf({ namespace, name, revision }: RenderedEnvironment): RenderIdentity['environment'] {
  return { namespace, name, revision };
}

async function renderTopology(
  environment: RenderedEnvironment,
  context: TopologyContext,
  identity: RenderIdentity,
  { topologies, settings, hash }: RenderTools,
): Promise<ProbeRender> {
  const properties = environment.spec.topology.properties ?? {};
  const { namespace } = identity.deployment ?? environment;
  const outcome = await topologies.render(environment.template, properties, context, { namespace });
  if (!outcome.ok) {
    const { type } = environment.spec.topology;
    const lines = outcome.violations.map(({ path, message }) =>
      outcome.reason === 'InvalidParameter'
        ? [...propertiesPath, ...path].join('.') + `: ${message}`
        : // The template of a sample is that of the object in the request.
          [...(type === '' ? [] : [`spec.topology.type: ${type}`]), message].join(': '),
    );
    return { ok: false, reason: outcome.reason, message: lines.join('\n') };
  }
  const { allowedKinds, workLimit, sharedHubNamespaces } = settings;
  const hubNamespaces = [...sharedHubNamespaces, ...namedHubNamespaces(properties)];
  return adoptRender(outcome.objects, { identity, allowedKinds, hubNamespaces, workLimit, hash });
}

const propertiesPath = ['spec', 'topology', 'properties'];

/** The properties of a topology that name namespaces on the hub. */
export const hubNamespaceFields = ['hubNamespace', 'placementNamespace'] as const;

/** Namespaces on the hub that the properties of a topology name. */
export function namedHubNamespaces(properties: JsonObject): string[] {
  return hubNamespaceFields
    .map((field) => properties[field])
    .filter((value): value is string => typeof value === 'string' && value !== '');
}
