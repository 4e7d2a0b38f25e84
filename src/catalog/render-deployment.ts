import type { EnvironmentSpec } from '../api/environment.ts';
import type { ResolvedReference, WorkloadDeployment } from '../api/workload-deployment.ts';
import type { WorkloadProfile } from '../api/workload-profile.ts';
import { renderWorkload, type Render, type RenderTools } from '../domain/render/workload-render.ts';
import type { Catalog, FoundDefinition, ResolvedDefinition } from './catalog.ts';

/** The catalog and the tools that a render uses. */
export interface RenderSources {
  catalog: Catalog;
  tools: RenderTools;
}

/** The result of resolving the refs of a deployment and rendering it. */
export type DeploymentRender =
  | { state: 'unresolved'; reason: 'ReferenceNotFound' | 'RevisionNotFound'; message: string }
  | {
      state: 'resolved';
      environment: ResolvedReference;
      workloadProfile: ResolvedReference;
      /** Hub namespaces that are not shared and that the Environment may use. */
      allowedHubNamespaces: readonly string[];
      render: Render;
    };

/** Resolves the refs of a deployment and renders it, in the cluster and offline. */
export async function renderDeployment(
  deployment: WorkloadDeployment,
  { catalog, tools }: RenderSources,
): Promise<DeploymentRender> {
  const environment = await catalog.environmentOf(deployment);
  if (environment?.state !== 'found') return unresolved(environment, 'spec.environmentRef');
  const profile = await catalog.profileOf(deployment);
  if (profile?.state !== 'found') return unresolved(profile, 'spec.workloadProfileRef');
  const spec = environment.spec as unknown as EnvironmentSpec;
  const resolved = {
    state: 'resolved',
    environment: referenceTo(environment),
    workloadProfile: referenceTo(profile),
    allowedHubNamespaces: environment.allowedHubNamespaces,
  } as const;
  const topology = await catalog.topology(spec.topology.type);
  if (topology.state !== 'found') {
    const reason = topology.state === 'unknown' ? 'UnknownTopology' : 'InvalidSpec';
    return { ...resolved, render: { ok: false, reason, message: topology.message } };
  }
  const { namespace, name, revision } = environment;
  const profileSpec = profile.spec as unknown as WorkloadProfile['spec'];
  const source = { namespace, name, revision, spec, template: topology.template };
  return { ...resolved, render: await renderWorkload(deployment, source, profileSpec, tools) };
}

function unresolved(found: Exclude<ResolvedDefinition, FoundDefinition> | undefined, path: string): DeploymentRender {
  // The schema requires both refs, so only files can lack one.
  if (found === undefined) return { state: 'unresolved', reason: 'ReferenceNotFound', message: `${path} has no name` };
  return { state: 'unresolved', reason: found.reason, message: `${path}: ${found.message}` };
}

function referenceTo({ namespace, name, revision, version }: FoundDefinition): ResolvedReference {
  return { namespace, name, revision, ...(version === undefined ? {} : { version }) };
}
