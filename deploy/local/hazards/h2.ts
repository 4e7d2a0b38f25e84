import { deploy, waitUntilApplied } from './deployments.ts';
import { manifestPath, type HazardRun } from './hazard-run.ts';
import { expectDeleted, expectPreserved } from './user-object.ts';

const keeper = { file: 'h2-keeper.yaml', deployment: 'shop' };

/** A keeper and an owner share a namespace. When the owner is deleted, OCM deletes the namespace. */
export async function runWithoutRules(run: HazardRun): Promise<void> {
  run.explain('The Environment of the first deployment has orphan: true. Its namespace should never be deleted.');
  const objects = await deploy(run, keeper);
  run.explain('A second deployment uses the same namespace. Its Environment has orphan: false.');
  await run.kubectl('apply', '-f', manifestPath('h2-owner.yaml'));
  await waitUntilApplied(run, 'cart');
  run.explain('The second deployment is deleted. OCM deletes the namespace, which the first deployment still uses:');
  await run.kubectl('delete', 'workloaddeployment', 'cart', '--timeout=60s');
  for (const object of objects) await expectDeleted(run, object);
}

/** mooring denies the second deployment. */
export async function runWithRules(run: HazardRun): Promise<void> {
  run.explain('The same first deployment.');
  const objects = await deploy(run, keeper);
  run.explain('The second deployment is denied:');
  await run.expectDenial(
    'NamespaceLifecycleConflict',
    [`WorkloadDeployment ${run.namespace}/shop`],
    'apply',
    '-f',
    manifestPath('h2-owner.yaml'),
  );
  run.explain('When the first deployment is deleted, its namespace stays, because its Environment has orphan: true:');
  await run.expectWarning('WhatDeletionRemoves', 'delete', 'workloaddeployment', 'shop', '--timeout=60s');
  for (const object of objects) await expectPreserved(run, object);
}
