import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { WorkloadDeployment, WorkloadDeploymentStatus } from '../../../src/api/workload-deployment.ts';
import { manifestPath, type HazardRun } from './hazard-run.ts';
import { createUserObject, type UserObject } from './user-object.ts';
import { waitFor } from '../hub/wait-for.ts';
import { getIfPresent } from '../../../src/kube/client/get-if-present.ts';

/**
 * Waits until a deployment is applied on all of its clusters with this revision of its Environment, and its old replica sets
 * are pruned. If `clusters` is given, it also waits until the deployment has so many clusters.
 */
export function waitUntilApplied(
  run: HazardRun,
  name: string,
  { revision = 1, clusters }: { revision?: number; clusters?: number } = {},
): Promise<WorkloadDeployment & { status: WorkloadDeploymentStatus }> {
  return waitFor(`${run.namespace}/${name} is applied with revision ${revision} of its Environment`, async () => {
    const found = await getDeployment(run, name);
    const { status } = found ?? {};
    const condition = status?.conditions?.find(({ type }) => type === 'Applied');
    const isDone = condition?.status === 'True' && condition.reason === 'Applied';
    if (found === undefined || !isDone || status?.environment?.revision !== revision) return undefined;
    return clusters === undefined || status.selectedClusters?.length === clusters ? { ...found, status } : undefined;
  });
}

export function getDeployment(run: HazardRun, name: string): Promise<WorkloadDeployment | undefined> {
  return getIfPresent(run.client(), workloadDeployments, { namespace: run.namespace, name });
}

export interface DeploymentManifest {
  file: string;
  deployment: string;
  spokeNamespace?: string;
}

/** Applies a manifest, waits until its deployment is applied, and creates a user's object next to each of its Workloads. */
export async function deploy(run: HazardRun, manifest: DeploymentManifest): Promise<UserObject[]> {
  const { file, deployment, spokeNamespace = run.namespace } = manifest;
  await run.kubectl('apply', '-f', manifestPath(file));
  const { status } = await waitUntilApplied(run, deployment);
  const objects: UserObject[] = [];
  // One after another, so that the transcript has them in this order.
  for (const spoke of status.selectedClusters ?? []) objects.push(await createUserObject(run, spoke, spokeNamespace));
  if (objects.length === 0) throw new Error(`${run.namespace}/${deployment} is not on any cluster`);
  return objects;
}
