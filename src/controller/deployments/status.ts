import { workloadDeployments } from '../../api/kinds.ts';
import { apiVersionOf } from '../../api/object.ts';
import type { WorkloadDeployment, WorkloadDeploymentStatus } from '../../api/workload-deployment.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import type { Client } from '../../kube/client/client.ts';
import { fieldManager } from '../field-manager.ts';

/** Replaces the complete status of a deployment if it has changed. Throws a conflict if the object is newer than the one read. */
export async function writeDeploymentStatus(
  client: Client,
  deployment: WorkloadDeployment,
  status: WorkloadDeploymentStatus,
): Promise<void> {
  if (sameJson(status, deployment.status)) return;
  const { namespace, name, uid, resourceVersion } = deployment.metadata;
  const object = {
    apiVersion: apiVersionOf(workloadDeployments),
    kind: workloadDeployments.kind,
    metadata: { namespace, name, uid, resourceVersion },
    status,
  };
  await client.apply(workloadDeployments, object, { fieldManager, subresource: 'status' });
}
