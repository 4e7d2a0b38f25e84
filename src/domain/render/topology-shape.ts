import { parseJson } from '../../api/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import { canonicalJson, sameJson } from '../json/canonical-json.ts';
import { child } from '../json/fields.ts';
import { effectiveLifecycle } from '../spoke/effective-lifecycle.ts';
import type { PlacementChange } from '../spoke/change.ts';
import type { Selections } from '../spoke/disjoint-selections.ts';
import { renderContext, type ContextSource } from './render-context.ts';
import { manifestText, workManifests } from './work-manifests.ts';
import type { WorkloadNames } from '../spoke/workload-names.ts';
import type { TopologyContext } from '../../api/topology-context.ts';
import type { Component } from '../../api/workload.ts';

/**
 * The objects that a topology renders for any Workload. They are rendered once with placeholders for the names, so that one
 * evaluation is enough for all deployments when an Environment is edited. A custom template may branch on the names. Its
 * deployments are rendered one by one as far as time permits, and the controller checks each of them before it writes.
 */
export interface TopologyShape {
  /** The ManifestWorkReplicaSets, with placeholders for the names. */
  replicaSets: readonly JsonObject[];
  placements: readonly JsonObject[];
}

/** Every placeholder starts like this. */
export const placeholderPrefix = 'mooring-any-';

/** Names that stand for those of any Workload. */
export const placeholders: WorkloadNames = {
  deployment: { namespace: 'mooring-any-team', name: 'mooring-any-deployment' },
  namespace: 'mooring-any-namespace',
  workload: 'mooring-any-workload',
};

/** The components of a Workload in renders that are not for one Workload. */
export const sampleComponents: Component[] = [{ name: 'sample', type: 'webservice', properties: {}, traits: [] }];

/** The context of a render with placeholders, which is valid for every Workload of an Environment. */
export function placeholderContext(environment: string): TopologyContext {
  return workloadContext(environment, placeholders);
}

/** The context of a render of one Workload. It has one component as a sample: components have no effect on the lifecycle of namespaces. */
export function workloadContext(
  environment: string,
  names: WorkloadNames,
  metadata: ContextSource['metadata'] = {},
): TopologyContext {
  const { deployment, namespace, workload } = names;
  const manifests = workManifests(
    {
      apiVersion: '',
      kind: 'WorkloadDeployment',
      metadata: deployment,
      spec: { workload: { name: workload, namespace }, workloadProfileRef: { name: '' }, environmentRef: { name: '' } },
    },
    sampleComponents,
  );
  return renderContext({
    environment,
    names,
    metadata,
    profileRevision: 1,
    components: sampleComponents,
    workloadYamls: manifests.map(manifestText),
  });
}

/** Sorts rendered objects by kind. */
export function shapeOf(objects: readonly JsonObject[]): TopologyShape {
  return {
    replicaSets: objects.filter(({ kind }) => kind === 'ManifestWorkReplicaSet'),
    placements: objects.filter(({ kind }) => kind === 'Placement'),
  };
}

/** The effective lifecycle of the Workload and the Namespace of one deployment in a shape. */
export function lifecycleIn({ replicaSets }: TopologyShape, names: WorkloadNames): EffectiveLifecycle {
  const own: readonly unknown[] = replicaSets.map((replicaSet) =>
    parseJson(withNames(JSON.stringify(templateOf(replicaSet)), names)),
  );
  return effectiveLifecycle(own, { namespace: names.namespace, name: names.workload });
}

/** The part of a ManifestWorkReplicaSet that determines the lifecycle. */
function templateOf(replicaSet: JsonObject): JsonObject {
  const template = child(child(replicaSet, 'spec'), 'manifestWorkTemplate');
  return { spec: { manifestWorkTemplate: template } };
}

function withNames(json: string, { deployment, namespace, workload }: WorkloadNames): string {
  const names = [
    [placeholders.namespace, namespace],
    [placeholders.workload, workload],
    [placeholders.deployment.namespace, deployment.namespace],
    [placeholders.deployment.name, deployment.name],
  ] as const;
  // In files, a name may be any string. It is escaped for JSON, and inserted by a function because of `$&`.
  return names.reduce((before, [from, to]) => before.replaceAll(from, () => JSON.stringify(to).slice(1, -1)), json);
}

/** How the Placements of a shape differ from those of the previous one. */
export function placementChange(before: TopologyShape, after: TopologyShape): PlacementChange {
  const [oldRefs, newRefs] = [externalRefs(before), externalRefs(after)];
  if (!oldRefs.every((ref) => newRefs.includes(ref))) return { kind: 'changes' };
  const [oldPlacements, newPlacements] = [before.placements.map(readPlacement), after.placements.map(readPlacement)];
  // The clusters of all refs add up, so that one more ref removes none.
  if (sameJson(oldPlacements, newPlacements)) return { kind: newRefs.length > oldRefs.length ? 'grows' : 'same' };
  const [from, to] = [oldPlacements[0], newPlacements[0]];
  if (from === undefined || to === undefined || oldPlacements.length + newPlacements.length > 2) {
    return { kind: 'changes' };
  }
  if (!sameJson(withoutNumber(from), withoutNumber(to))) return { kind: 'changes' };
  const [oldNumber, newNumber] = [from.spec['numberOfClusters'], to.spec['numberOfClusters']];
  // Without a number, OCM selects all clusters that match.
  if (typeof newNumber !== 'number') return { kind: 'grows' };
  return typeof oldNumber === 'number' && newNumber > oldNumber
    ? { kind: 'grows' }
    : { kind: 'shrinks', to: newNumber };
}

/**
 * The total number of clusters that the Placements of a shape request; `undefined` if one has no number, or is not part
 * of the render.
 */
export function requestedClusters(shape: TopologyShape): number | undefined {
  if (externalRefs(shape).length > 0) return undefined;
  const numbers = shape.placements.map((placement) => child(placement, 'spec')['numberOfClusters']);
  return numbers.reduce<number | undefined>(
    (sum, number) => (sum === undefined || typeof number !== 'number' ? undefined : sum + number),
    0,
  );
}

/** The specs of all Placements that decide the clusters; `undefined` if one of them is not part of the render, so that others may edit it. */
export function selectionsOf(shape: TopologyShape): Selections {
  return externalRefs(shape).length > 0 ? undefined : shape.placements.map((placement) => child(placement, 'spec'));
}

/** Whether `after` lacks a ManifestWorkReplicaSet of `before`: it is then replaced by one of another name, or pruned. */
export function dropsReplicaSets(before: TopologyShape, after: TopologyShape): boolean {
  const remaining = new Set(after.replicaSets.map(identity));
  return !before.replicaSets.map(identity).every((name) => remaining.has(name));
}

function identity(replicaSet: JsonObject): string {
  const { name, namespace } = child(replicaSet, 'metadata');
  return canonicalJson([namespace, name, refNames(replicaSet).toSorted()]);
}

/** Refs to Placements that the render does not contain. */
function externalRefs(shape: TopologyShape): string[] {
  return externalPlacements(shape)
    .map(({ namespace, name }) => canonicalJson([namespace, name]))
    .toSorted();
}

/** The Placements that a render refers to and does not contain. */
export function externalPlacements({ replicaSets, placements }: TopologyShape): PlacementKey[] {
  const own = new Set(placements.map((placement) => canonicalJson(nameOf(placement))));
  const refs = replicaSets.flatMap((replicaSet) => {
    const { namespace } = child(replicaSet, 'metadata');
    return refNames(replicaSet).map((name) => ({ namespace, name }));
  });
  return refs.filter(({ namespace, name }) => !own.has(canonicalJson([namespace, name])));
}

/** A Placement by name. Its namespace is absent if the render gives none. */
export interface PlacementKey {
  namespace: JsonValue | undefined;
  name: string;
}

function refNames(replicaSet: JsonObject): string[] {
  const refs = child(replicaSet, 'spec')['placementRefs'];
  if (!Array.isArray(refs)) return [];
  return refs.filter(isJsonObject).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}

interface ReadPlacement {
  name: (JsonValue | undefined)[];
  spec: JsonObject;
}

function readPlacement(placement: JsonObject): ReadPlacement {
  return { name: nameOf(placement), spec: child(placement, 'spec') };
}

function nameOf(object: JsonObject): (JsonValue | undefined)[] {
  const { name, namespace } = child(object, 'metadata');
  return [namespace, name];
}

function withoutNumber({ name, spec }: ReadPlacement): unknown {
  const { numberOfClusters: _, ...rest } = spec;
  return { name, spec: rest };
}
