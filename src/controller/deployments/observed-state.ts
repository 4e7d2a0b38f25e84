import { keyOf, type KubeObject } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { AppliedReplicaSet } from '../../domain/spoke/from-replica-sets.ts';
import { workProgress } from '../../domain/spoke/work-progress.ts';
import type { Reported } from '../../domain/status/deployment-outcome.ts';
import { environmentOf } from '../../domain/render/render-identity.ts';
import { manifestWorkIndexes, replicaSetIndexes, type ControllerCaches } from '../caches.ts';

/** The cached ManifestWorkReplicaSets of a deployment. */
export function cachedReplicaSets(deployment: KubeObject, { replicaSets }: ControllerCaches): ManifestWorkReplicaSet[] {
  return replicaSets.byIndex(replicaSetIndexes.deployment, keyOf(deployment));
}

/** ManifestWorkReplicaSets with their ManifestWorks and Placements, as `domain/spoke/from-replica-sets.ts` reads them. */
export function appliedStates(
  replicaSets: readonly ManifestWorkReplicaSet[],
  { manifestWorks, placements, workReducer }: ControllerCaches,
): AppliedReplicaSet[] {
  return replicaSets.map((replicaSet) => {
    const { namespace = '', name } = replicaSet.metadata;
    return {
      replicaSet,
      environment: environmentOf(replicaSet),
      manifestWorks: manifestWorks
        .byIndex(manifestWorkIndexes.replicaSet, `${namespace}.${name}`)
        .map((work) => workReducer.applied(work)),
      placements: replicaSet.spec.placementRefs
        .map((ref) => placements.get(namespace, ref.name))
        .filter((placement) => placement !== undefined),
    };
  });
}

/** What the status reports about ManifestWorkReplicaSets, sorted by name. */
export function reportedState(replicaSets: readonly ManifestWorkReplicaSet[], caches: ControllerCaches): Reported {
  const sorted = replicaSets.toSorted((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
  const unreported = sorted
    .filter(({ status }) => (status?.conditions ?? []).length === 0)
    .map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ''))
    .filter((created) => !Number.isNaN(created));
  return {
    replicaSets: sorted,
    progress: workProgress(appliedStates(sorted, caches)),
    ...(unreported.length === 0 ? {} : { unreportedSince: Math.min(...unreported) }),
  };
}
