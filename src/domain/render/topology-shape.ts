import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import { canonicalJson, sameJson } from '../json/canonical-json.ts';
import { child } from '../json/fields.ts';
import { effectiveLifecycle } from '../spoke/effective-lifecycle.ts';
import type { PlacementChange } from '../spoke/change.ts';
import { workManifests } from './work-manifests.ts';
import type { WorkloadNames } from '../spoke/workload-names.ts';
import type { RenderContext } from '../../api/topology-context.ts';

/**
 * What a topology renders for any Workload: rendered once with names that stand for it, so that an edit of an
 * Environment is judged for thousands of deployments by one evaluation. A template of one's own may decide by the very
 * names: then deployments are rendered one by one, as far as there is time, and by the controller before it writes.
 */
export interface TopologyShape {
  /** The ManifestWorkReplicaSets, with the names that stand for the Workload. */
  replicaSets: readonly JsonObject[];
  placements: readonly JsonObject[];
}

const stand: WorkloadNames = {
  deployment: { namespace: 'mooring-any-team', name: 'mooring-any-deployment' },
  namespace: 'mooring-any-namespace',
  workload: 'mooring-any-workload',
};

/** The context of a render that stands for every Workload of an Environment. */
export function placeholderContext(environment: string): RenderContext {
  return workloadContext(environment, stand);
}

/** The context of a render of one Workload, as far as names go: what runs in it decides about no namespace. */
export function workloadContext(
  environment: string,
  { deployment, namespace, workload }: WorkloadNames,
): RenderContext {
  const manifests = workManifests(
    {
      apiVersion: '',
      kind: 'WorkloadDeployment',
      metadata: deployment,
      spec: { workload: { name: workload, namespace }, workloadProfileRef: { name: '' }, environmentRef: { name: '' } },
    },
    [],
  );
  return {
    name: workload,
    workloadName: workload,
    namespace: deployment.namespace,
    appName: deployment.name,
    environment,
    workloadYamls: manifests.map((manifest) => JSON.stringify(manifest)),
  };
}

/** Sorts what a topology rendered. */
export function shapeOf(objects: readonly JsonObject[]): TopologyShape {
  return {
    replicaSets: objects.filter(({ kind }) => kind === 'ManifestWorkReplicaSet'),
    placements: objects.filter(({ kind }) => kind === 'Placement'),
  };
}

/** What works of a shape really do with the Workload and the Namespace of one deployment. */
export function lifecycleIn({ replicaSets }: TopologyShape, names: WorkloadNames): EffectiveLifecycle {
  const own: readonly unknown[] = replicaSets.map((work) =>
    JSON.parse(withNames(JSON.stringify(templateOf(work)), names)),
  );
  return effectiveLifecycle(own, { namespace: names.namespace, name: names.workload });
}

/** The part of a work that says what becomes of namespaces. */
function templateOf(work: JsonObject): JsonObject {
  const template = child(child(work, 'spec'), 'manifestWorkTemplate');
  return { spec: { manifestWorkTemplate: template } };
}

function withNames(text: string, { deployment, namespace, workload }: WorkloadNames): string {
  const names = [
    [stand.namespace, namespace],
    [stand.workload, workload],
    [stand.deployment.namespace, deployment.namespace],
    [stand.deployment.name, deployment.name],
  ] as const;
  // In files, a name may be any text: within JSON it is escaped, and `$&` in it means nothing.
  return names.reduce((before, [from, to]) => before.replaceAll(from, () => JSON.stringify(to).slice(1, -1)), text);
}

/** How the Placements of one shape differ from those of the one before it. */
export function placementChange(before: TopologyShape, after: TopologyShape): PlacementChange {
  const referred = externalRefs(after);
  // What others' Placements select adds up: another one besides takes nothing away.
  if (!externalRefs(before).every((ref) => referred.includes(ref))) return { kind: 'changes' };
  const grown: PlacementChange = { kind: referred.length > externalRefs(before).length ? 'grows' : 'same' };
  const [old, ...olds] = before.placements.map(placed);
  const [now, ...nows] = after.placements.map(placed);
  if (sameJson([old, ...olds], [now, ...nows])) return grown;
  if (old === undefined || now === undefined || olds.length + nows.length > 0) return { kind: 'changes' };
  const [oldNumber, nowNumber] = [old, now].map(({ spec }) => spec['numberOfClusters']);
  if (!sameJson(withoutNumber(old), withoutNumber(now))) return { kind: 'changes' };
  // Without a number, OCM selects all that match.
  if (typeof nowNumber !== 'number') return { kind: 'grows' };
  return typeof oldNumber === 'number' && nowNumber > oldNumber
    ? { kind: 'grows' }
    : { kind: 'shrinks', to: nowNumber };
}

/** How many clusters the Placements of a shape ask for in all; `undefined` where one of them, or of another's, takes all that match. */
export function requestedClusters(shape: TopologyShape): number | undefined {
  if (externalRefs(shape).length > 0) return undefined;
  const numbers = shape.placements.map((placement) => child(placement, 'spec')['numberOfClusters']);
  return numbers.reduce<number | undefined>(
    (sum, number) => (sum === undefined || typeof number !== 'number' ? undefined : sum + number),
    0,
  );
}

/** Whether works of a deployment get other names, or go: new ones are made beside the old ones, which then go. */
export function dropsReplicaSets(before: TopologyShape, after: TopologyShape): boolean {
  const staying = new Set(after.replicaSets.map(identity));
  return !before.replicaSets.map(identity).every((work) => staying.has(work));
}

function identity(work: JsonObject): string {
  const { name, namespace } = child(work, 'metadata');
  return canonicalJson([namespace, name, refNames(work).toSorted()]);
}

/** Refs to Placements that the render does not make, as `namespace/name`. */
function externalRefs({ replicaSets, placements }: TopologyShape): string[] {
  const own = new Set(placements.map((placement) => canonicalJson(nameOf(placement))));
  const refs = replicaSets.flatMap((work) => {
    const { namespace } = child(work, 'metadata');
    return refNames(work).map((name) => canonicalJson([namespace, name]));
  });
  return refs.filter((ref) => !own.has(ref)).toSorted();
}

function refNames(work: JsonObject): string[] {
  const refs = child(work, 'spec')['placementRefs'];
  if (!Array.isArray(refs)) return [];
  return refs.filter(isJsonObject).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}

interface Placed {
  name: (JsonValue | undefined)[];
  spec: JsonObject;
}

function placed(placement: JsonObject): Placed {
  return { name: nameOf(placement), spec: child(placement, 'spec') };
}

function nameOf(object: JsonObject): (JsonValue | undefined)[] {
  const { name, namespace } = child(object, 'metadata');
  return [namespace, name];
}

function withoutNumber({ name, spec }: Placed): unknown {
  const { numberOfClusters: _, ...rest } = spec;
  return { name, spec: rest };
}
