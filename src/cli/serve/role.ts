import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { LeaderConfig, RoleConfig, TopologyConfig } from '../../config.ts';
import { createClient, type Client } from '../../kube/client/client.ts';
import { InvalidKubeConfig, type Environment, type KubeConfig } from '../../kube/kubeconfig/kube-config.ts';
import { loadKubeConfig } from '../../kube/kubeconfig/load.ts';
import { UsageError } from '../../usage-error.ts';
import { accountOf, type Role } from '../../api/names.ts';
import { waitForAbort } from '../../kube/wait-for-abort.ts';
import { guardWrites, LeaderElection } from '../../kube/leader/leader-election.ts';
import { createLog, type Log } from '../../log.ts';
import { createMetrics, type Metrics } from '../../metrics.ts';
import type { TopologyEngine } from '../../topology/topology-result.ts';
import { openTopologies } from '../topologies.ts';
import { createHealthServer } from './health-server.ts';

/** The parts that every role has. */
export interface RoleParts {
  client: Client;
  log: Log;
  metrics: Metrics;
}

/** Creates the parts that every role has. Throws UsageError if the role does not know its cluster. */
export function createRoleParts(
  role: Role,
  config: RoleConfig,
  { environment, metricsObjects = true }: { environment: Environment; metricsObjects?: boolean },
): RoleParts {
  const log = createLog(config.logLevel, role);
  const client = createClient(clusterOf(config, environment), { log, userAgent: accountOf(role) });
  return { client, log, metrics: createMetrics({ now: Date.now, objects: metricsObjects }) };
}

function clusterOf(config: RoleConfig, environment: Environment): KubeConfig {
  try {
    return loadKubeConfig(config, { environment });
  } catch (error) {
    if (!(error instanceof InvalidKubeConfig)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

/** Opens the CUE engine, which takes seconds. Undefined if the signal is aborted before it is open. */
export async function openEngine(
  config: TopologyConfig,
  environment: Environment,
  log: Log,
  signal: AbortSignal,
): Promise<TopologyEngine | undefined> {
  const opened = await Promise.race([openTopologies(config, { environment, log }), waitForAbort(signal)]);
  return opened ?? undefined;
}

/** Serves `/healthz`, `/readyz` and `/metrics` until the signal. `ready` gives the reasons for which the role is not ready. */
export async function serveHealth(
  { log, metrics }: RoleParts,
  { healthPort, healthHost }: RoleConfig,
  ready: () => string[],
  signal: AbortSignal,
): Promise<void> {
  const health = createHealthServer({ ready, metrics: () => metrics.expose(), log });
  await health.listen(healthPort, healthHost);
  await waitForAbort(signal);
  await health.close();
}

/** The leader election of a role, and a client that writes only while this process holds the Lease. */
export function createElection(role: Role, config: LeaderConfig, { client, log, metrics }: RoleParts) {
  const name = accountOf(role);
  const identity = config.identity ?? `${hostname()}-${randomUUID()}`;
  const election = new LeaderElection({ client, namespace: config.namespace, name, identity, log });
  metrics.process.leader(name, () => election.isLeader());
  return { election, guarded: guardWrites(client, () => election.holds()) };
}
