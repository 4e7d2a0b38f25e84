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
  /** Of its Workload. */
  workload?: string;
  spokeNamespace?: string;
  environmentRef?: string;
  /** Of the Environment, where it is not its own. */
  environmentNamespace?: string;
  metadata?: Partial<ObjectMeta>;
  /** What is applied, as the status tells it. */
  lifecycle?: EffectiveLifecycle;
  clusters?: string[];
  pending?: string[];
  /** The revision of `primary` that is applied. */
  revision?: number;
  /** Reason of `Applied=False`. */
  notApplied?: string;
}

/** A WorkloadDeployment with its Workload in `shop` on the spokes, and a status that tells what is asked for and no more. */
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
