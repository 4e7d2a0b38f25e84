import { isConflict } from '../../../../src/kube/client/errors.ts';
import { authorityOf, serverOf } from './cluster.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { standInOf } from '../inventory.ts';
import { ensureAgentKubeconfig } from '../../ocm-stand-in/agent/agent-kubeconfig.ts';
import { joinCluster } from '../../ocm-stand-in/hub/managed-cluster.ts';
import { ensureStarted, waitReady } from './process.ts';
import { listSpokeNames } from '../files/state.ts';
import type { StartContext } from './start-context.ts';
import { stopNamed } from './stop.ts';

const readyMs = 60_000;

/** Joins every spoke to the hub, starts the stand-in and waits until it is ready. All API servers must be ready. */
export async function startStandIn(options: StartContext): Promise<void> {
  const { state, files, start } = options;
  await Promise.all(listSpokeNames(state.spokes).map((spoke) => join(options, spoke)));
  const spec = standInOf(state, files);
  await ensureStarted(files, spec, start);
  await waitReady(files, spec, readyMs);
}

async function join({ state, files, client, clientOf, start, now }: StartContext, spoke: string): Promise<void> {
  const server = serverOf(state, spoke);
  const admin = clientOf(files.kubeconfig(spoke));
  try {
    await joinCluster({ name: spoke, hub: client, spoke: admin, server, now: now.getTime() });
  } catch (error) {
    if (!isConflict(error)) throw error;
    start.print(`ManagedCluster ${spoke} was changed by a user and is not updated`);
  }
  const authority = await authorityOf(files, spoke);
  await ensureAgentKubeconfig({
    cluster: spoke,
    spoke: admin,
    server,
    authority,
    path: files.kubeconfig(`${spoke}-agent`),
    now,
  });
}

/** Stops the stand-in. The objects that it created stay. */
export async function stopStandIn(files: HubFiles): Promise<void> {
  await stopNamed(files, ['ocm-stand-in']);
}
