import type { ObjectMeta } from '../../src/api/object.ts';
import type {
  EffectiveLifecycle,
  WorkloadDeployment,
  WorkloadDeploymentStatus,
} from '../../src/api/workload-deployment.ts';
import { deployment } from './manifests.ts';

export interface PlacedDeployment {
  namespace?: string;
  name?: string;
  /** The name of its Workload. */
  workload?: string;
  spokeNamespace?: string;
  environmentRef?: string;
  /** The namespace of the Environment, if it is another one. */
  environmentNamespace?: string;
  metadata?: Partial<ObjectMeta>;
  /** The lifecycle in its status. */
  lifecycle?: EffectiveLifecycle;
  clusters?: string[];
  pending?: string[];
  /** The revision of `primary` in its status. */
  revision?: number;
  /** Reason of `Applied=False`. */
  notApplied?: string;
}

/** A WorkloadDeployment with its Workload in `shop` on the spokes, and a status with the given fields only. */
export function placedDeployment(options: PlacedDeployment = {}): WorkloadDeployment {
  const { namespace = 'team', name = 'web', spokeNamespace = 'shop', environmentRef = 'primary' } = options;
  const bare = deployment(namespace, { name, spokeNamespace, environmentRef });
  const { workload = name, environmentNamespace } = options;
  return {
    ...bare,
    metadata: { ...bare.metadata, ...options.metadata },
    spec: {
      ...bare.spec,
      workload: { ...bare.spec.workload, name: workload },
      environmentRef: {
        name: environmentRef,
        ...(environmentNamespace === undefined ? {} : { namespace: environmentNamespace }),
      },
    },
    ...withStatus(options),
  };
}

function withStatus(options: PlacedDeployment): { status?: WorkloadDeploymentStatus } {
  const { lifecycle, clusters, pending, revision, notApplied, namespace = 'team', environmentNamespace } = options;
  const status: WorkloadDeploymentStatus = {
    ...(lifecycle === undefined ? {} : { effectiveLifecycle: lifecycle }),
    ...(clusters === undefined ? {} : { selectedClusters: clusters }),
    ...(pending === undefined ? {} : { pendingClusters: pending }),
    ...(revision === undefined
      ? {}
      : { environment: { namespace: environmentNamespace ?? namespace, name: 'primary', revision } }),
    ...(notApplied === undefined
      ? {}
      : { conditions: [{ type: 'Applied', status: 'False', reason: notApplied, message: 'why' }] }),
  };
  return Object.keys(status).length === 0 ? {} : { status };
}
