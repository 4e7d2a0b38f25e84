import type { Hub } from '../hub/up.ts';
import { kubectl } from './kubectl.ts';
import { manifest } from './scene.ts';

const words = ['-n', 'managed-cluster-set-global'];

/** The two Placements that hazards of topology-ocm-byop refer to. */
export async function makePlacements(hub: Hub): Promise<void> {
  const { code, text } = await kubectl(hub, [...words, 'apply', '-f', manifest('placements.yaml')]);
  if (code !== 0) throw new Error(text);
}

export async function removePlacements(hub: Hub): Promise<void> {
  const { code, text } = await kubectl(hub, [
    ...words,
    'delete',
    '--ignore-not-found',
    '-f',
    manifest('placements.yaml'),
  ]);
  if (code !== 0) throw new Error(text);
}
