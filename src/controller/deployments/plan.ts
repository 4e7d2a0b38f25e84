import { isJsonObject, keyOf, type JsonObject, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { isContained } from '../../domain/json/json-subset.ts';
import type { HubObject } from '../../domain/render/hub-objects.ts';
import { planHub, type HubPlan, type HubPresent } from '../../domain/render/hub-plan.ts';
import { deploymentProof, isForeign } from '../../domain/render/ownership.ts';
import type { AppliedSnapshots } from '../applied-snapshots.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
import { placementIndexes, type ControllerCaches } from '../caches.ts';
import { otherKindOf } from '../other-kinds/rendered-kind.ts';
import { cachedReplicaSets } from './observed-state.ts';

export interface PlanOptions {
  caches: ControllerCaches;
  snapshots: Pick<AppliedSnapshots, 'matches'>;
  hash: Hash;
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. */
  installation: string;
}

/** The writes on the hub that a render needs, and whether they affect the clusters of the deployment. */
export interface DeploymentPlan extends HubPlan {
  /** Whether ManifestWorkReplicaSets are pruned because others with new names replace them. */
  replacesReplicaSets: boolean;
  /** Whether the selection of an existing Placement changes. */
  changesSelection: boolean;
  /** Whether OCM may select other clusters than before: because Placements or refs to them are new, or because they change. */
  reach: Reach;
}

export type Reach = 'same' | 'new' | 'changed';

/** Compares the rendered objects of a deployment with what is on the hub. */
export function planDeployment(
  deployment: WorkloadDeployment,
  rendered: readonly HubObject[],
  { caches, snapshots, hash, installation }: PlanOptions,
): DeploymentPlan {
  const present = presentOnHub(deployment, rendered, caches);
  const marks = { hash, proof: deploymentProof(deployment, installation) };
  const plan = planHub(rendered, { ...present, matchesSnapshot: snapshots.matches }, marks);
  // What another installation has applied is adopted if it is rendered again under its name, and else stays.
  const prune = plan.prune.filter((object) => !isForeign(object, installation));
  return {
    ...plan,
    prune,
    replacesReplicaSets: prune.some(isReplicaSet),
    changesSelection: plan.apply.some((object) => isPlacement(object) && selectsDifferently(object, caches)),
    reach: reachOf(plan, present, caches),
  };
}

/** The objects of a deployment on the hub, and objects of other owners under a rendered name. */
export function presentOnHub(
  deployment: WorkloadDeployment,
  rendered: readonly HubObject[],
  caches: ControllerCaches,
): HubPresent {
  const key = keyOf(deployment);
  const ofOtherKinds = caches.otherKinds.flatMap((cache) => cache.ofDeployment(key));
  const owned = [...cachedReplicaSets(deployment, caches), ...cachedPlacements(deployment, caches), ...ofOtherKinds];
  const others = rendered.flatMap((object) => {
    const { namespace, name } = object.metadata;
    const present = cacheOf(object, caches)?.get(namespace, name);
    if (present === undefined || deploymentOf(present) === key) return [];
    return [present];
  });
  return { owned, others };
}

function cacheOf(
  object: HubObject,
  caches: ControllerCaches,
): { get: (namespace: string, name: string) => KubeObject | undefined } | undefined {
  if (isReplicaSet(object)) return caches.replicaSets;
  return isPlacement(object) ? caches.placements : otherKindOf(object, caches);
}

/** Whether OCM processes the object, so that a write may have an effect on the clusters. */
export function isOfOcm(object: { kind: string }): boolean {
  return isReplicaSet(object) || isPlacement(object);
}

function isPlacement({ kind }: { kind: string }): boolean {
  return kind === placements.kind;
}

export function isReplicaSet({ kind }: { kind: string }): boolean {
  return kind === manifestWorkReplicaSets.kind;
}

function cachedPlacements(deployment: KubeObject, caches: ControllerCaches): KubeObject[] {
  return caches.placements.byIndex(placementIndexes.deployment, keyOf(deployment));
}

const selectingFields = ['clusterSets', 'numberOfClusters', 'predicates', 'tolerations'] as const;

/** How a write may lead to other clusters. The name of a ManifestWorkReplicaSet depends on the Placements that it refers to. */
function reachOf({ apply }: HubPlan, { owned }: HubPresent, caches: ControllerCaches): Reach {
  const isReplacing = owned.some(isReplicaSet);
  const found = apply.filter(isOfOcm).map((object): Reach => {
    const { namespace, name } = object.metadata;
    if (isReplicaSet(object)) {
      if (caches.replicaSets.get(namespace, name) !== undefined) return 'same';
      return isReplacing ? 'changed' : 'new';
    }
    if (caches.placements.get(namespace, name) === undefined) return 'new';
    return selectsDifferently(object, caches) && !onlyShrinks(object, caches) ? 'changed' : 'same';
  });
  return found.find((reach) => reach === 'changed') ?? found.find((reach) => reach === 'new') ?? 'same';
}

/** Whether a Placement that is to be applied selects the same as the existing one, but fewer clusters. */
function onlyShrinks(object: HubObject, caches: ControllerCaches): boolean {
  const { numberOfClusters, ...others } = specOf(object);
  const present = caches.placements.get(object.metadata.namespace, object.metadata.name)?.spec.numberOfClusters;
  if (typeof numberOfClusters !== 'number' || (present !== undefined && numberOfClusters > present)) return false;
  const spec = present === undefined ? others : { ...others, numberOfClusters: present };
  return !selectsDifferently(withSpec(object, spec), caches);
}

/** Whether a Placement that is to be applied selects other clusters than the existing one of the same name. */
function selectsDifferently({ metadata, ...rendered }: HubObject, { placements: cached }: ControllerCaches): boolean {
  const present = cached.get(metadata.namespace, metadata.name);
  if (present === undefined) return false;
  const spec = specOf(rendered);
  // A field that only the existing object has may be a default of the API server, except for the selecting fields.
  const isDropped = selectingFields.some((field) => present.spec[field] !== undefined && spec[field] === undefined);
  return isDropped || !isContained(spec, present.spec);
}

function specOf(object: object): JsonObject {
  return 'spec' in object && isJsonObject(object.spec) ? object.spec : {};
}

function withSpec(object: HubObject, spec: JsonObject): HubObject & { spec: JsonObject } {
  return { ...object, spec };
}
