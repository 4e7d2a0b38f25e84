import { deploy, waitUntilApplied } from './deployments.ts';
import type { HazardRun } from './hazard-run.ts';
import { expectPreserved } from './user-object.ts';

/** Two owners share a namespace. This is safe: the namespace stays as long as one of them exists. */
export async function runWithRules(run: HazardRun): Promise<void> {
  run.explain('Two deployments of one Environment share a namespace, and both own it.');
  const objects = await deploy(run, { file: 'h4.yaml', deployment: 'shop' });
  await waitUntilApplied(run, 'cart');
  run.explain('One of them is deleted. This is allowed, with a warning that says what is removed:');
  await run.expectWarning('WhatDeletionRemoves', 'delete', 'workloaddeployment', 'shop', '--timeout=60s');
  run.explain('The other deployment still owns the namespace, so it stays:');
  for (const object of objects) await expectPreserved(run, object);
}
