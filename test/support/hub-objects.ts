import type { JsonObject } from '../../src/api/object.ts';
import type { ManifestWork, ManifestWorkReplicaSet } from '../../src/api/ocm.ts';

/** A Placement as a topology renders it. */
export function renderedPlacement(name = 'web', spec: JsonObject = { numberOfClusters: 1 }): JsonObject {
  return { apiVersion: 'cluster.open-cluster-management.io/v1beta1', kind: 'Placement', metadata: { name }, spec };
}

/** A ManifestWorkReplicaSet as a topology renders it. */
export function renderedWork(
  options: { name?: string; placements?: string[]; manifests?: JsonObject[]; deleteOption?: JsonObject } = {},
): JsonObject {
  const { name = 'web', placements = ['web'], manifests = [], deleteOption } = options;
  return {
    apiVersion: 'work.open-cluster-management.io/v1alpha1',
    kind: 'ManifestWorkReplicaSet',
    metadata: { name },
    spec: {
      placementRefs: placements.map((placement) => ({ name: placement, rolloutStrategy: { type: 'All' } })),
      manifestWorkTemplate: { workload: { manifests }, ...(deleteOption === undefined ? {} : { deleteOption }) },
    },
  };
}

/** A ManifestWorkReplicaSet as it is on the hub. */
export function aReplicaSet(name = 'web', placements = ['web']): ManifestWorkReplicaSet {
  return {
    apiVersion: 'work.open-cluster-management.io/v1alpha1',
    kind: 'ManifestWorkReplicaSet',
    metadata: { name, namespace: 'hub', uid: `uid of ${name}` },
    spec: {
      placementRefs: placements.map((placement) => ({ name: placement })),
      manifestWorkTemplate: { workload: { manifests: [aManifest('1')] } },
    },
  };
}

/** A manifest that an edit changes. */
export function aManifest(edit: string) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'web', annotations: { edit } } };
}

/** The ManifestWork of `aReplicaSet` on a cluster. It is applied by default. */
export function aWork(
  cluster: string,
  options: { applied?: 'True' | 'False' | 'never'; observed?: number; edit?: string; deleting?: boolean } = {},
): ManifestWork {
  const { applied = 'True', observed = 3, edit = '1', deleting = false } = options;
  const condition = { type: 'Applied', status: applied, reason: 'Reason', message: 'as OCM says it' } as const;
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: {
      name: 'web',
      namespace: cluster,
      generation: 3,
      labels: { 'work.open-cluster-management.io/manifestworkreplicaset': 'hub.web' },
      ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { workload: { manifests: [aManifest(edit)] } },
    ...(condition.status === 'never'
      ? {}
      : { status: { conditions: [{ ...condition, status: condition.status, observedGeneration: observed }] } }),
  };
}
