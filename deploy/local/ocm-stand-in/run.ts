/** OCM stand-in (local runs only): all of its controllers and agents in one process. */

import { createHash } from 'node:crypto';
import type { Client } from '../../../src/kube/client/client.ts';
import { waitForAbort } from '../../../src/kube/wait-for-abort.ts';
import type { Log } from '../../../src/log.ts';
import { runAcceptance } from './hub/acceptance-controller.ts';
import { runClusterSets } from './hub/cluster-set-controller.ts';
import { createHubCaches } from './hub/hub-caches.ts';
import { runReplicaSets } from './hub/replica-set-controller.ts';
import { runScheduler, type HubLoop } from './hub/scheduler.ts';
import { WorkAgent } from './agent/work-agent.ts';

export interface StandInOptions {
  hub: Client;
  /** The URL of the API server of the hub. As in OCM, the agents identify a hub by its URL. */
  hubServer: string;
  /** Maps the name of a ManagedCluster to a client with the rights of its work agent. */
  spokes: Readonly<Record<string, Client>>;
  log: Log;
  /** In ms since the epoch. */
  now: () => number;
  /** Returns numbers in [0, 1). */
  random: () => number;
  /** Called once, when all caches are filled. */
  onReady: () => void;
}

/** Runs until the signal is aborted. Continues when an API server restarts. */
export async function runStandIn(options: StandInOptions, signal: AbortSignal): Promise<void> {
  const { hub, hubServer, spokes, log, now, random, onReady } = options;
  const caches = createHubCaches({ client: hub, log });
  const loop: HubLoop = { client: hub, caches, log, now };
  const hubHash = createHash('sha256').update(hubServer).digest('hex');
  const agents = Object.entries(spokes).map(
    ([cluster, spoke]) => new WorkAgent({ cluster, hub, spoke, hubHash, log, now, random }),
  );
  const ready = Promise.all([caches.synced, ...agents.map((agent) => agent.synced)]).then(onReady);
  await Promise.all([
    caches.run(signal),
    runAcceptance(loop, signal),
    runClusterSets(loop, signal),
    runScheduler(loop, signal),
    runReplicaSets({ ...loop, random }, signal),
    ...agents.map((agent) => agent.run(signal)),
    Promise.race([ready, waitForAbort(signal)]),
  ]);
}
