import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { LeaderConfig, RoleConfig } from '../../config.ts';
import { createClient, type Client } from '../../kube/client/client.ts';
import { loadKubeConfig } from '../../kube/client/kube-config.ts';
import { guardWrites, LeaderElection } from '../../kube/leader/leader-election.ts';
import { createLog, type Log } from '../../log.ts';
import { createMetrics, type Metrics } from '../../metrics.ts';
import { createHealthServer } from './health-server.ts';

/** What every role is made of. */
export interface RoleParts {
  client: Client;
  log: Log;
  metrics: Metrics;
}

/** Creates what every role is made of. */
export function roleParts(role: string, config: RoleConfig): RoleParts {
  const log = createLog(config.logLevel, role);
  const client = createClient(loadKubeConfig(config), { log, userAgent: `mooring-${role}` });
  return { client, log, metrics: createMetrics({ now: Date.now }) };
}

/** Serves `/healthz`, `/readyz` and `/metrics` until the signal. `ready` gives reasons why the role is not. */
export async function serveHealth(
  { log, metrics }: RoleParts,
  { healthPort, healthHost }: RoleConfig,
  ready: () => string[],
  signal: AbortSignal,
): Promise<void> {
  const health = createHealthServer({ ready, metrics: () => metrics.expose(), log });
  await health.listen(healthPort, healthHost);
  await aborted(signal);
  await health.close();
}

/** A Lease by the name of the role, and a client whose writes end with it. */
export function election(role: string, config: LeaderConfig, { client, log, metrics }: RoleParts) {
  const name = `mooring-${role}`;
  const identity = config.identity ?? `${hostname()}-${randomUUID()}`;
  const leases = new LeaderElection({ client, namespace: config.namespace, name, identity, log });
  metrics.process.leader(name, () => leases.isLeader());
  return { leases, guarded: guardWrites(client, () => leases.holds()) };
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
