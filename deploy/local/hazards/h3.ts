import { deploy, waitUntilApplied } from './deployments.ts';
import { manifestPath, type HazardRun } from './hazard-run.ts';
import { expectDeleted, expectPreserved } from './user-object.ts';

const owner = { file: 'h3-owner.yaml', deployment: 'shop' };

/** An owner and a guest share a namespace. When the owner is deleted, OCM deletes the namespace. */
export async function runWithoutRules(run: HazardRun): Promise<void> {
  run.explain('The first deployment creates its namespace.');
  const objects = await deploy(run, owner);
  run.explain('A second deployment uses the same namespace. Its Environment has create: false.');
  await run.kubectl('apply', '-f', manifestPath('h3-guest.yaml'));
  await waitUntilApplied(run, 'cart');
  run.explain('The first deployment is deleted. OCM deletes the namespace, which the second deployment still uses:');
  await run.kubectl('delete', 'workloaddeployment', 'shop', '--timeout=60s');
  for (const object of objects) await expectDeleted(run, object);
}

/** mooring denies the second deployment. */
export async function runWithRules(run: HazardRun): Promise<void> {
  run.explain('The same first deployment.');
  const objects = await deploy(run, owner);
  run.explain('The second deployment is denied:');
  await run.expectDenial(
    'NamespaceLifecycleConflict',
    [`WorkloadDeployment ${run.namespace}/shop`],
    'apply',
    '-f',
    manifestPath('h3-guest.yaml'),
  );
  for (const object of objects) await expectPreserved(run, object);
}
