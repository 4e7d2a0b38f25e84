import { applied, goesLive } from './deployed.ts';
import { properties } from './patches.ts';
import { isKept, isLost } from './precious.ts';
import type { Scene } from './scene.ts';

/** A Placement shrinks: which cluster is left is for OCM to say, so this can only be warned of. */
export async function guarded(scene: Scene): Promise<void> {
  scene.tell('A deployment on two clusters.');
  const precious = await goesLive(scene, { file: 'h5.yaml', deployment: 'shop' });
  scene.tell('One is to be enough. That is what the edit is for, so it is allowed, with a warning:');
  const shrink = properties({ placement: { numberOfClusters: 1 } });
  await scene.isWarned('WorkloadsWouldMove', 'patch', 'environment', 'primary', ...shrink);
  const { status } = await applied(scene, 'shop', 2, 1);
  const [stays] = status.selectedClusters ?? [];
  scene.tell(`OCM chose ${stays}. There everything is as it was; elsewhere the namespace went, as the warning said:`);
  for (const each of precious) await (each.spoke === stays ? isKept(scene, each) : isLost(scene, each));
}
