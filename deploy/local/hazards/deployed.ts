import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { WorkloadDeployment, WorkloadDeploymentStatus } from '../../../src/api/workload-deployment.ts';
import { find } from './find.ts';
import { putPrecious, type Precious } from './precious.ts';
import { manifest, type Scene } from './scene.ts';
import { until } from './until.ts';

/**
 * A deployment, once its newest work is applied everywhere, at this revision of its Environment, and nothing old is left;
 * and on as many clusters as are said, if any are.
 */
export function applied(
  scene: Scene,
  name: string,
  revision = 1,
  clusters?: number,
): Promise<WorkloadDeployment & { status: WorkloadDeploymentStatus }> {
  return until(`${scene.namespace}/${name} is applied at revision ${revision} of its Environment`, async () => {
    const found = await deploymentNow(scene, name);
    const { status } = found ?? {};
    const condition = status?.conditions?.find(({ type }) => type === 'Applied');
    const isDone = condition?.status === 'True' && condition.reason === 'Applied';
    if (found === undefined || !isDone || status?.environment?.revision !== revision) return undefined;
    return clusters === undefined || status.selectedClusters?.length === clusters ? { ...found, status } : undefined;
  });
}

/** A deployment as it is now. */
export function deploymentNow(scene: Scene, name: string): Promise<WorkloadDeployment | undefined> {
  return find(scene.client(), workloadDeployments, { namespace: scene.namespace, name });
}

/** Applies a manifest, waits for a deployment in it, and has something precious put beside its Workload, wherever that is. */
export async function goesLive(
  scene: Scene,
  { file, deployment, spokeNamespace = scene.namespace }: { file: string; deployment: string; spokeNamespace?: string },
): Promise<Precious[]> {
  await scene.does('apply', '-f', manifest(file));
  const { status } = await applied(scene, deployment);
  const precious: Precious[] = [];
  // In turn, so that the story has them in order.
  for (const spoke of status.selectedClusters ?? []) precious.push(await putPrecious(scene, spoke, spokeNamespace));
  if (precious.length === 0) throw new Error(`${scene.namespace}/${deployment} is on no cluster`);
  return precious;
}
