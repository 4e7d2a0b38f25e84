import { applied, goesLive } from './deployed.ts';
import { isKept, isLost } from './precious.ts';
import { manifest, type Scene } from './scene.ts';

const creator = { file: 'h3-creator.yaml', deployment: 'shop' };

/** A deployment inside a namespace that another one created, as it is in OCM. */
export async function unguarded(scene: Scene): Promise<void> {
  scene.tell('A deployment creates its namespace.');
  const precious = await goesLive(scene, creator);
  scene.tell('A second one moves in, of an Environment with create: false, which takes namespaces as they are.');
  await scene.does('apply', '-f', manifest('h3-guest.yaml'));
  await applied(scene, 'cart');
  scene.tell('The first one is deleted, and that takes the namespace of both along:');
  await scene.does('delete', 'workloaddeployment', 'shop', '--timeout=60s');
  for (const each of precious) await isLost(scene, each);
}

/** The second one does not get in. */
export async function guarded(scene: Scene): Promise<void> {
  scene.tell('The same first deployment.');
  const precious = await goesLive(scene, creator);
  scene.tell('The second one:');
  await scene.isRefused(
    'NamespaceLifecycleConflict',
    [`WorkloadDeployment ${scene.namespace}/shop`],
    'apply',
    '-f',
    manifest('h3-guest.yaml'),
  );
  for (const each of precious) await isKept(scene, each);
}
