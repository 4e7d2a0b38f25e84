import { isJsonObject, keyOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { isContained } from '../../domain/json/json-subset.ts';
import type { HubObject } from '../../domain/render/hub-objects.ts';
import { planHub, type HubPlan, type HubPresent } from '../../domain/render/hub-plan.ts';
import type { AppliedSnapshots } from '../applied-snapshots.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
import { placementIndexes, type ControllerCaches } from '../caches.ts';
import { cachedReplicaSets } from './observed-state.ts';

export interface PlanOptions {
  caches: ControllerCaches;
  snapshots: Pick<AppliedSnapshots, 'matches'>;
  hash: Hash;
}

/** The writes on the hub that a render needs, and whether they affect the clusters of the deployment. */
export interface DeploymentPlan extends HubPlan {
  /** Whether ManifestWorkReplicaSets are pruned because others with new names replace them. */
  replacesReplicaSets: boolean;
  /** Whether the selection of an existing Placement changes. */
  changesSelection: boolean;
}

/** Compares the rendered objects of a deployment with what is on the hub. */
export function planDeployment(
  deployment: WorkloadDeployment,
  rendered: readonly HubObject[],
  { caches, snapshots, hash }: PlanOptions,
): DeploymentPlan {
  const present = presentOnHub(deployment, rendered, caches);
  const plan = planHub(rendered, { ...present, matchesSnapshot: snapshots.matches }, hash);
  return {
    ...plan,
    replacesReplicaSets: plan.prune.some(isReplicaSet),
    changesSelection: plan.apply.some(
      (object) => object.kind === placements.kind && selectsDifferently(object, caches),
    ),
  };
}

/** The objects of a deployment on the hub, and objects of other owners under a rendered name. */
export function presentOnHub(
  deployment: WorkloadDeployment,
  rendered: readonly HubObject[],
  caches: ControllerCaches,
): HubPresent {
  const owned = [...cachedReplicaSets(deployment, caches), ...cachedPlacements(deployment, caches)];
  const others = rendered.flatMap(({ kind, metadata: { namespace, name } }) => {
    const cache = kind === placements.kind ? caches.placements : caches.replicaSets;
    const present = cache.get(namespace, name);
    if (present === undefined || deploymentOf(present) === keyOf(deployment)) return [];
    return [present];
  });
  return { owned, others };
}

export function isReplicaSet({ kind }: { kind: string }): boolean {
  return kind === manifestWorkReplicaSets.kind;
}

function cachedPlacements(deployment: KubeObject, caches: ControllerCaches): KubeObject[] {
  return caches.placements.byIndex(placementIndexes.deployment, keyOf(deployment));
}

const selectingFields = ['clusterSets', 'numberOfClusters', 'predicates', 'tolerations'] as const;

/** Whether a Placement that is to be applied selects other clusters than the existing one of the same name. */
function selectsDifferently({ metadata, ...rendered }: HubObject, { placements: cached }: ControllerCaches): boolean {
  const present = cached.get(metadata.namespace, metadata.name);
  if (present === undefined) return false;
  const spec = 'spec' in rendered && isJsonObject(rendered.spec) ? rendered.spec : {};
  // A field that only the existing object has may be a default of the API server, except for the selecting fields.
  const isDropped = selectingFields.some((field) => present.spec[field] !== undefined && spec[field] === undefined);
  return isDropped || !isContained(spec, present.spec);
}
