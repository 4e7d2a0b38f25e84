import { apiVersionOf, keyOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements, type ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { HubObject } from '../../domain/render/hub-objects.ts';
import type { HubPresent } from '../../domain/render/hub-plan.ts';
import type { ReplicaSetState } from '../../domain/spoke/work-progress.ts';
import { deploymentOf, type ControllerCaches } from '../caches.ts';

/** What there is on the hub for a deployment, and what else bears a name that it wants. */
export function presentOnHub(
  deployment: WorkloadDeployment,
  wanted: readonly HubObject[],
  caches: ControllerCaches,
): HubPresent {
  const ours = [...ownReplicaSets(deployment, caches), ...ownPlacements(deployment, caches)];
  const others = wanted.flatMap((object) => {
    const { namespace, name } = object.metadata;
    const cache = object.kind === placements.kind ? caches.placements : caches.replicaSets;
    const present = cache.get(namespace, name);
    if (present === undefined || deploymentOf(present) === keyOf(deployment)) return [];
    return [{ ...present, kind: object.kind }];
  });
  return { ours, others };
}

/** Objects out of a list bear no kind of their own on the wire; planning tells them apart by it. */
export function ownReplicaSets(deployment: KubeObject, caches: ControllerCaches): ManifestWorkReplicaSet[] {
  const apiVersion = apiVersionOf(manifestWorkReplicaSets);
  const { kind } = manifestWorkReplicaSets;
  return caches.replicaSets.byIndex('deployment', keyOf(deployment)).map((set) => ({ ...set, apiVersion, kind }));
}

function ownPlacements(deployment: KubeObject, caches: ControllerCaches): KubeObject[] {
  const apiVersion = apiVersionOf(placements);
  const { kind } = placements;
  return caches.placements
    .byIndex('deployment', keyOf(deployment))
    .map((placement) => ({ ...placement, apiVersion, kind }));
}

/** A ManifestWorkReplicaSet with its works and the Placements that it names. */
export function replicaSetState(replicaSet: ManifestWorkReplicaSet, caches: ControllerCaches): ReplicaSetState {
  const { namespace = '', name } = replicaSet.metadata;
  return {
    replicaSet,
    works: caches.works.byIndex('replicaSet', `${namespace}.${name}`),
    placements: replicaSet.spec.placementRefs
      .map((ref) => caches.placements.get(namespace, ref.name))
      .filter((placement) => placement !== undefined),
  };
}
