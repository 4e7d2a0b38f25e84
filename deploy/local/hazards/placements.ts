import { sharedHubNamespace } from '../../../src/api/names.ts';
import type { Hub } from '../hub/up.ts';
import { manifestPath } from './hazard-run.ts';
import { kubectl } from './kubectl.ts';

/** Creates the two Placements that the Environments with topology-ocm-byop refer to. */
export async function applyPlacements(hub: Hub): Promise<void> {
  await runOnPlacements(hub, 'apply');
}

export async function deletePlacements(hub: Hub): Promise<void> {
  await runOnPlacements(hub, 'delete', '--ignore-not-found');
}

async function runOnPlacements(hub: Hub, ...command: string[]): Promise<void> {
  const args = ['-n', sharedHubNamespace, ...command, '-f', manifestPath('placements.yaml')];
  const { code, output } = await kubectl(hub, args);
  if (code !== 0) throw new Error(output);
}
