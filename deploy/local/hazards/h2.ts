import { applied, goesLive } from './deployed.ts';
import { isKept, isLost } from './precious.ts';
import { manifest, type Scene } from './scene.ts';

const keeper = { file: 'h2-keeper.yaml', deployment: 'shop' };

/** Two deployments in one namespace, of which one keeps it and one does not, as it is in OCM. */
export async function unguarded(scene: Scene): Promise<void> {
  scene.tell('An Environment with orphan: true. The namespace of its deployment is to stay, whatever happens.');
  const precious = await goesLive(scene, keeper);
  scene.tell('A second deployment uses the same namespace, of an Environment with orphan: false.');
  await scene.does('apply', '-f', manifest('h2-owner.yaml'));
  await applied(scene, 'cart');
  scene.tell('The second one is deleted, and that takes the namespace of the first one along:');
  await scene.does('delete', 'workloaddeployment', 'cart', '--timeout=60s');
  for (const each of precious) await isLost(scene, each);
}

/** The second one does not get in. */
export async function guarded(scene: Scene): Promise<void> {
  scene.tell('The same first deployment.');
  const precious = await goesLive(scene, keeper);
  scene.tell('The second one:');
  await scene.isRefused(
    'NamespaceLifecycleConflict',
    [`WorkloadDeployment ${scene.namespace}/shop`],
    'apply',
    '-f',
    manifest('h2-owner.yaml'),
  );
  scene.tell('When the first one goes, its namespace stays, as it asked:');
  await scene.isWarned('WhatDeletionRemoves', 'delete', 'workloaddeployment', 'shop', '--timeout=60s');
  for (const each of precious) await isKept(scene, each);
}
