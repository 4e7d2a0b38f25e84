import type { JsonObject } from '../../src/api/object.ts';
import type { Rendered } from '../../src/controller/deployments/desired-state.ts';
import type { HubObject } from '../../src/domain/render/hub-objects.ts';
import { renderedWork } from './hub-objects.ts';
import { guest } from './lifecycle-topology.ts';

/** A Namespace for a spoke. */
export const namespaceOf = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** The Workload `web` in a namespace on a spoke. */
export const workloadIn = (namespace: string): JsonObject => ({
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Workload',
  metadata: { namespace, name: 'web' },
});

/** A rendered ManifestWorkReplicaSet. */
export const setOf = (name: string, manifests: JsonObject[]): HubObject => ({
  ...renderedWork({ name, manifests }),
  apiVersion: 'work.open-cluster-management.io/v1alpha1',
  kind: 'ManifestWorkReplicaSet',
  metadata: { name, namespace: 'hub', labels: {}, annotations: {} },
});

/** The result of a render with these objects. */
export function rendered(...objects: HubObject[]): Rendered {
  const reference = { namespace: 'team', name: 'primary', revision: 1 };
  const render = { ok: true as const, objects, lifecycle: guest, placementRefs: [], warnings: [] };
  const workloadProfile = { ...reference, name: 'web' };
  return {
    state: 'resolved',
    environment: reference,
    workloadProfile,
    allowedHubNamespaces: [],
    topology: 'topology-ocm',
    lacksHash: false,
    render,
  };
}
