import type { EnvironmentSpec } from '../api/environment.ts';
import type { ResolvedReference, WorkloadDeployment } from '../api/workload-deployment.ts';
import type { WorkloadProfile } from '../api/workload-profile.ts';
import { changedMeaning } from '../domain/refs/changed-meaning.ts';
import { readRef } from '../domain/refs/read-ref.ts';
import { referenceFields, type ReferenceField } from '../domain/refs/reference-fields.ts';
import { lacksHash, readReferenceStamp } from '../domain/refs/reference-stamp.ts';
import { renderWorkload, type Render, type RenderTools } from '../domain/render/workload-render.ts';
import { topologyFailure, type Catalog, type FoundDefinition, type ResolvedDefinition } from './catalog.ts';

/** The catalog and the tools that a render uses. */
export interface RenderSources {
  catalog: Catalog;
  tools: RenderTools;
}

/** The result of resolving the refs of a deployment and rendering it. */
export type DeploymentRender =
  | { state: 'unresolved'; reason: 'ReferenceNotFound' | 'RevisionNotFound' | 'RevisionChanged'; message: string }
  | {
      state: 'resolved';
      environment: ResolvedReference;
      workloadProfile: ResolvedReference;
      /** Hub namespaces that are not shared and that the Environment may use. */
      allowedHubNamespaces: readonly string[];
      /** The topology type of the Environment. */
      topology: string;
      /** Whether admission would add a hash to the stamp of a ref. */
      lacksHash: boolean;
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
  const found = { Environment: environment, WorkloadProfile: profile };
  const pins = referenceFields.map((reference) => readPin(deployment, reference, found[reference.kind], catalog));
  const message = pins.map(({ changed }) => changed).find((text) => text !== undefined);
  if (message !== undefined) return { state: 'unresolved', reason: 'RevisionChanged', message };
  const spec = environment.spec as unknown as EnvironmentSpec;
  const resolved = {
    state: 'resolved',
    environment: referenceTo(environment),
    workloadProfile: referenceTo(profile),
    allowedHubNamespaces: environment.allowedHubNamespaces,
    topology: spec.topology.type,
    lacksHash: pins.some((pin) => pin.lacksHash),
  } as const;
  const topology = await catalog.topology(resolved.topology, environment.topologyStamp);
  if (topology.state !== 'found') return { ...resolved, render: topologyFailure(topology) };
  const { namespace, name, revision } = environment;
  const components = { revision: profile.revision, spec: profile.spec as unknown as WorkloadProfile['spec'] };
  const source = { namespace, name, revision, spec, template: topology.template };
  return { ...resolved, render: await renderWorkload(deployment, source, components, tools) };
}

function unresolved(found: Exclude<ResolvedDefinition, FoundDefinition> | undefined, path: string): DeploymentRender {
  // The schema requires both refs, so only files can lack one.
  if (found === undefined) return { state: 'unresolved', reason: 'ReferenceNotFound', message: `${path} has no name` };
  return { state: 'unresolved', reason: found.reason, message: `${path}: ${found.message}` };
}

/** Compares what a ref resolves to with its stamp. */
function readPin(
  deployment: WorkloadDeployment,
  reference: ReferenceField,
  found: FoundDefinition,
  { systemNamespace }: Catalog,
): { changed?: string; lacksHash: boolean } {
  const { field, kind, stamp: annotation } = reference;
  const ref = readRef(deployment, field, systemNamespace)?.ref;
  const stamp = readReferenceStamp(deployment.metadata.annotations?.[annotation]);
  if (ref === undefined) return { lacksHash: false };
  const changed = changedMeaning({ path: `spec.${field}.name`, kind }, ref, stamp, found);
  return {
    ...(changed === undefined ? {} : { changed: `spec.${field}: ${changed}` }),
    lacksHash: lacksHash(ref.selector, stamp, found),
  };
}

function referenceTo({ namespace, name, revision, version }: FoundDefinition): ResolvedReference {
  return { namespace, name, revision, ...(version === undefined ? {} : { version }) };
}
