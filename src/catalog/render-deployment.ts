import type { EnvironmentSpec } from '../api/environment.ts';
import type { ResolvedReference, WorkloadDeployment } from '../api/workload-deployment.ts';
import type { WorkloadProfile } from '../api/workload-profile.ts';
import { workloadProfileRevisionAnnotation } from '../domain/annotations.ts';
import { findTopology, locate, profileNamespaces, type DefinitionStore, type Located } from './catalog.ts';
import { readReferenceStamp } from '../domain/refs/reference-stamp.ts';
import type { BuiltinTopologyName } from '../domain/refs/topology-type.ts';
import { renderWorkload, type Render, type RenderTools } from '../domain/render/workload-render.ts';

/** Where the render of a deployment takes its parts from. */
export interface RenderSources {
  definitions: DefinitionStore;
  builtins: Readonly<Record<BuiltinTopologyName, string>>;
  systemNamespace: string;
  tools: RenderTools;
}

/** What came of resolving the refs of a deployment and rendering it. */
export type DeploymentRender =
  | { state: 'unresolved'; reason: 'ReferenceNotFound' | 'RevisionNotFound'; message: string }
  | {
      state: 'resolved';
      environment: ResolvedReference;
      workloadProfile: ResolvedReference;
      render: Render;
    };

/** Resolves the refs of a deployment as they are now and renders it: the same in the cluster and offline. */
export async function renderDeployment(
  deployment: WorkloadDeployment,
  sources: RenderSources,
): Promise<DeploymentRender> {
  const { definitions, builtins, systemNamespace, tools } = sources;
  const { environmentRef, workloadProfileRef } = deployment.spec;
  const own = deployment.metadata.namespace ?? '';
  const environment = await locate(
    definitions,
    'Environment',
    environmentRef,
    [environmentRef.namespace ?? own],
    tools.hash,
  );
  if (environment.state !== 'found') return unresolved(environment, 'spec.environmentRef');
  // What the ref was resolved to keeps its namespace until the text changes: a new local profile moves nobody.
  const stamp = readReferenceStamp(deployment.metadata.annotations?.[workloadProfileRevisionAnnotation]);
  const namespaces = profileNamespaces(workloadProfileRef.namespace ?? own, systemNamespace, stamp?.namespace);
  const profile = await locate(definitions, 'WorkloadProfile', workloadProfileRef, namespaces, tools.hash);
  if (profile.state !== 'found') return unresolved(profile, 'spec.workloadProfileRef');
  const render = await renderFound(deployment, environment, profile, { definitions, builtins, systemNamespace, tools });
  return {
    state: 'resolved',
    environment: referenceTo(environment),
    workloadProfile: referenceTo(profile),
    render,
  };
}

type Found = Extract<Located, { state: 'found' }>;

async function renderFound(
  deployment: WorkloadDeployment,
  environment: Found,
  profile: Found,
  { definitions, builtins, systemNamespace, tools }: RenderSources,
): Promise<Render> {
  const spec = environment.spec as unknown as EnvironmentSpec;
  const topology = await findTopology(definitions, spec.topology.type, systemNamespace, builtins, tools.hash);
  if (topology.state === 'unknown') return { ok: false, reason: 'UnknownTopology', message: topology.message };
  if (topology.state === 'invalid') return { ok: false, reason: 'InvalidSpec', message: topology.message };
  const { namespace, name, revision } = environment;
  const profileSpec = profile.spec as unknown as WorkloadProfile['spec'];
  return renderWorkload(
    deployment,
    { namespace, name, revision, spec, template: topology.template },
    profileSpec,
    tools,
  );
}

function unresolved(located: Exclude<Located, Found>, path: string): DeploymentRender {
  return { state: 'unresolved', reason: located.reason, message: `${path}: ${located.message}` };
}

function referenceTo({ namespace, name, revision, version }: Found): ResolvedReference {
  return { namespace, name, revision, ...(version === undefined ? {} : { version }) };
}
