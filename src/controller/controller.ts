import { revisionedKindNames } from '../api/definition-revision.ts';
import { keyOf } from '../api/object.ts';
import type { Severities } from '../domain/admission/rule.ts';
import type { BuiltinTopologyName } from '../domain/refs/topology-type.ts';
import { topologyKindsOf } from '../domain/render/topology-kind.ts';
import type { RenderTools } from '../domain/render/workload-render.ts';
import { Catalog } from '../catalog/catalog.ts';
import { HistorySizes } from '../catalog/history-sizes.ts';
import { cachedStore } from '../catalog/stores/cached.ts';
import type { Client } from '../kube/client/client.ts';
import { whyNotReady } from '../kube/cache/readiness.ts';
import { runLoop } from '../kube/queue/loop.ts';
import { waitForAbort } from '../kube/wait-for-abort.ts';
import { WorkQueue } from '../kube/queue/work-queue.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { StampWaiters } from './revisions/stamp-waiters.ts';
import { HistoryBudgets } from './revisions/history-budgets.ts';
import { createEnvironmentReconciler, type EnvironmentReconcilerOptions } from './revisions/environment.ts';
import { definitionKey } from './revisions/own-revisions.ts';
import { createDefinitionReconcile } from './revisions/reconcile.ts';
import { readInstallation } from './installation.ts';
import { createAppliedReplicaSets } from './deployments/applied-replica-sets.ts';
import { evictionDeadline } from './deployments/missing-works.ts';
import { createDeploymentReconcile, type DeploymentOptions } from './deployments/reconcile.ts';
import { KnownOrphans } from './orphans/known-orphans.ts';
import { countOrphans, runOrphanSweep } from './orphans/sweep.ts';
import { allInformers, createCaches, runCaches, type ControllerCaches } from './caches.ts';
import { WrittenNamespaces } from './written-namespaces.ts';
import { routeEvents, type QueueName } from './event-routing.ts';

export interface ControllerOptions {
  /** Its writes must be guarded by the Lease. */
  client: Client;
  log: Log;
  metrics: Metrics;
  tools: RenderTools;
  severities: Severities;
  /** Spoke namespaces in which no deployment may have a Workload: names and patterns with `*`. */
  protectedNamespaces: readonly string[];
  builtins: Readonly<Record<BuiltinTopologyName, string>>;
  systemNamespace: string;
  /** How many of the newest revisions of each object are retained; 0 retains all that fit into the limits in bytes. */
  historyLimit: number;
  /** How long a revision is marked as retiring before it is deleted. */
  retireForMs: number;
  /** How long work agents keep what is missing on the hub. */
  evictAfterMs: number;
  /** How long a deployment without ManifestWorks reserves its names against other hub namespaces. */
  reservationMs: number;
  /** How long the owner of objects on the hub has to be missing before they are deleted. */
  orphanGraceMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Records revisions and applies WorkloadDeployments on the hub. Every replica watches; the leader reconciles. */
export interface Controller {
  /** Runs the watches until the signal. */
  watch(signal: AbortSignal): Promise<void>;
  /** The caches that are not complete or without contact with the API server. */
  whyNotReady(): string[];
  /** Reconciles until the signal; only the leader calls it. */
  lead(signal: AbortSignal): Promise<void>;
  /** Reconciles what waits for the webhook: its configurations have changed. */
  webhookChanged(): void;
}

/** How many keys are reconciled at the same time. A reconcile mostly waits: a render or a write takes some milliseconds. */
const workers = { definitions: 8, deployments: 8 };

/** How many keys of one namespace are reconciled at the same time, so that slow ones leave workers to other namespaces. */
const maxPerNamespace = 6;

/** Creates a controller; `watch` and `lead` start it. */
export function createController(options: ControllerOptions): Controller {
  const { client, log, metrics, tools, builtins, systemNamespace } = options;
  const { severities, protectedNamespaces } = options;
  const topologyKinds = topologyKindsOf(tools.settings.allowedKinds);
  const caches = createCaches({ client, log, systemNamespace, hash: tools.hash, topologyKinds });
  const informers = allInformers(caches);
  for (const [resource, informer] of informers) metrics.process.watch(resource, () => informer.lastContact());
  /** Defined only while this process leads. */
  let queues: Queues | undefined;
  /** Those of the current leadership. */
  let stampWaiters: StampWaiters | undefined;
  routeEvents({ caches, systemNamespace }, (queue, key) => queues?.[queue].add(key));
  const sizes = new HistorySizes(caches.definitions.revisions);
  const store = cachedStore(caches.definitions, client);
  const catalog = new Catalog({ store, hash: tools.hash, builtins, systemNamespace });
  const writtenNamespaces = new WrittenNamespaces();
  metrics.recovery.evictionDeadline(() => evictionDeadline(caches.deployments.list(), options.evictAfterMs));
  const appliedReplicaSets = createAppliedReplicaSets(caches);
  const shared = {
    client,
    caches,
    catalog,
    tools,
    writtenNamespaces,
    severities,
    protectedNamespaces,
    appliedReplicaSets,
  };

  return {
    async watch(signal) {
      await runCaches(caches, signal);
    },
    whyNotReady: () => whyNotReady(informers),
    async lead(signal) {
      await Promise.race([waitForAbort(signal), Promise.all(informers.map(([, informer]) => informer.synced))]);
      const installation = await readInstallation(client, { log, signal });
      if (installation === undefined) return;
      const leaderQueues = createQueues();
      queues = leaderQueues;
      const waiters = new StampWaiters((key) => leaderQueues.definitions.add(key));
      stampWaiters = waiters;
      enqueueAll(caches, leaderQueues);
      try {
        const leadership = { queues: leaderQueues, stampWaiters: waiters, installation, signal };
        await runLoops(options, { shared, sizes, ...leadership });
      } finally {
        queues = undefined;
        stampWaiters = undefined;
        appliedReplicaSets.clear();
        writtenNamespaces.clear();
      }
    },
    webhookChanged: () => stampWaiters?.wake(),
  };
}

/** Options of one reconcile that the others do not have, or that are known only to a leader. */
type OwnOptions = 'now' | 'log' | 'installation' | 'knownOrphans' | 'requeue' | 'reservationMs';

interface LoopParts {
  shared: Omit<DeploymentOptions & EnvironmentReconcilerOptions, OwnOptions>;
  sizes: HistorySizes;
  queues: Queues;
  stampWaiters: StampWaiters;
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. */
  installation: string;
  signal: AbortSignal;
}

/** Reconciles the keys of the queues until the signal is aborted. */
async function runLoops(options: ControllerOptions, parts: LoopParts): Promise<void> {
  const { log, metrics, now, systemNamespace, historyLimit, retireForMs } = options;
  const { shared, sizes, queues, stampWaiters, installation, signal } = parts;
  const { client, caches, catalog, tools } = shared;
  const { orphanGraceMs: graceMs } = options;
  const countDeleted = (kind: string) => metrics.recovery.orphanDeleted(kind);
  const knownOrphans = new KnownOrphans({ client, log, now, graceMs, countDeleted });
  metrics.recovery.orphanedObjects(() => (signal.aborted ? undefined : countOrphans(caches, installation)));
  await Promise.all([
    runOrphanSweep({ caches, installation, log, signal, enqueue: (queue, key) => queues[queue].add(key) }),
    runLoop({
      name: 'definitions',
      queue: queues.definitions,
      reconcile: createDefinitionReconcile({
        client,
        caches,
        catalog,
        environments: createEnvironmentReconciler({ ...shared, now, installation, knownOrphans }),
        stampWaiters,
        hash: tools.hash,
        log,
        systemNamespace,
        budgets: new HistoryBudgets(sizes, (key) => queues.definitions.add(key)),
        limit: historyLimit,
        retireForMs,
        now,
      }),
      workers: workers.definitions,
      log,
      metrics: metrics.loop('definitions'),
      signal,
    }),
    runLoop({
      name: 'deployments',
      queue: queues.deployments,
      reconcile: createDeploymentReconcile({
        ...shared,
        log,
        installation,
        knownOrphans,
        reservationMs: options.reservationMs,
        now,
        requeue: (key) => queues.deployments.add(key),
      }),
      workers: workers.deployments,
      log,
      metrics: metrics.loop('deployments'),
      signal,
    }),
  ]);
}

type Queues = Record<QueueName, WorkQueue>;

/** Keys end with `namespace/name`. Each namespace on the hub has its turn, so that no tenant delays another one. */
function createQueues(): Queues {
  const groupOf = (key: string) => key.split('/').at(-2) ?? '';
  const createQueue = () => new WorkQueue({ groupOf, maxPerGroup: maxPerNamespace });
  return { definitions: createQueue(), deployments: createQueue() };
}

function enqueueAll({ definitions, deployments }: ControllerCaches, queues: Queues): void {
  for (const kind of revisionedKindNames) {
    for (const definition of definitions[kind].list()) queues.definitions.add(definitionKey(kind, definition));
  }
  for (const deployment of deployments.list()) queues.deployments.add(keyOf(deployment));
}
