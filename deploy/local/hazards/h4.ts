import { applied, goesLive } from './deployed.ts';
import { isKept } from './precious.ts';
import type { Scene } from './scene.ts';

/** Two owners of one namespace: the one that stays keeps it. */
export async function guarded(scene: Scene): Promise<void> {
  scene.tell('Two deployments of one Environment share a namespace, and both own it.');
  const precious = await goesLive(scene, { file: 'h4.yaml', deployment: 'shop' });
  await applied(scene, 'cart');
  scene.tell('One of them is deleted. That is allowed, and says what goes:');
  await scene.isWarned('WhatDeletionRemoves', 'delete', 'workloaddeployment', 'shop', '--timeout=60s');
  scene.tell('The namespace belongs to the other one still:');
  for (const each of precious) await isKept(scene, each);
}
