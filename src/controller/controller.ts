import type { RevisionedKindName } from '../api/definition-revision.ts';
import { revisionedKindNames } from '../api/definition-revision.ts';
import { keyOf, type KubeObject, type ObjectMeta } from '../api/object.ts';
import { replicaSetLabel } from '../api/ocm.ts';
import { sameJson } from '../domain/json/canonical-json.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { targetsOf } from '../domain/refs/uses.ts';
import type { Severities } from '../domain/admission/rule.ts';
import type { BuiltinTopologyName } from '../domain/refs/topology-type.ts';
import type { RenderTools } from '../domain/render/workload-render.ts';
import { Catalog } from '../catalog/catalog.ts';
import { cachedStore, topologyName } from '../catalog/stores/cached.ts';
import { recordedKey, recordedTopology } from '../catalog/revision-records.ts';
import type { Client } from '../kube/client/client.ts';
import { runLoop } from '../kube/queue/loop.ts';
import { WorkQueue } from '../kube/queue/work-queue.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createEnvironmentReconcile } from './revisions/environment.ts';
import { createDefinitionReconcile, definitionKey } from './revisions/reconcile.ts';
import { createDeploymentReconcile } from './deployments/reconcile.ts';
import { byReferencedName } from '../catalog/deployment-cache.ts';
import { spokeNamespacesOf } from '../catalog/referrers/keys.ts';
import { namespacesIn } from '../domain/spoke/work-namespaces.ts';
import {
  allInformers,
  byBlockedNamespace,
  createCaches,
  deploymentOf,
  environmentOf,
  type ControllerCaches,
} from './caches.ts';
import type { Definition } from '../domain/revisions/definition.ts';

export interface ControllerOptions {
  /** Its writes must be guarded by the Lease. */
  client: Client;
  log: Log;
  metrics: Metrics;
  tools: RenderTools;
  severities: Severities;
  builtins: Readonly<Record<BuiltinTopologyName, string>>;
  systemNamespace: string;
  /** Newest revisions that are kept of each object; 0 keeps all. */
  historyLimit: number;
  /** How long a revision is marked as retiring before it is deleted. */
  retireForMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Records revisions, and makes the hub fit the WorkloadDeployments. Every replica watches; one leads. */
export interface Controller {
  watch(signal: AbortSignal): Promise<void>;
  /** Resources whose cache is not complete yet. */
  unsynced(): string[];
  lead(signal: AbortSignal): Promise<void>;
}

/** How many keys are worked on at a time. A render takes some milliseconds of a worker thread, a write some of the API server. */
const workers = { definitions: 8, deployments: 8 };

/** Creates a controller; nothing runs before `watch`. */
export function createController(options: ControllerOptions): Controller {
  const { client, log, metrics, tools, builtins, systemNamespace, now, historyLimit, retireForMs } = options;
  const caches = createCaches(client, log);
  const informers = allInformers(caches);
  for (const [resource, informer] of informers) metrics.process.watch(resource, () => informer.lastContact());
  /** There only while this process leads. */
  let queues: Queues | undefined;
  route(caches, systemNamespace, () => queues);
  const store = cachedStore(caches.definitions, client);
  const catalog = new Catalog({ store, hash: tools.hash, builtins, systemNamespace });
  const shared = { client, caches, catalog, tools };
  const environment = createEnvironmentReconcile(shared);

  return {
    async watch(signal) {
      await Promise.all(informers.map(([, informer]) => informer.run(signal)));
    },
    unsynced: () => informers.filter(([, informer]) => !informer.hasSynced()).map(([resource]) => resource),
    async lead(signal) {
      const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([stopped, Promise.all(informers.map(([, informer]) => informer.synced))]);
      if (signal.aborted) return;
      const own: Queues = { definitions: new WorkQueue(), deployments: new WorkQueue() };
      queues = own;
      enqueueAll(caches, own);
      try {
        await Promise.all([
          runLoop({
            name: 'definitions',
            queue: own.definitions,
            reconcile: createDefinitionReconcile({
              client,
              caches,
              environment,
              hash: tools.hash,
              log,
              systemNamespace,
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
            queue: own.deployments,
            reconcile: createDeploymentReconcile({ ...shared, severities: options.severities, now }),
            workers: workers.deployments,
            log,
            metrics: metrics.loop('deployments'),
            signal,
          }),
        ]);
      } finally {
        queues = undefined;
      }
    },
  };
}

interface Queues {
  definitions: WorkQueue;
  deployments: WorkQueue;
}

function enqueueAll({ definitions, deployments }: ControllerCaches, queues: Queues): void {
  for (const kind of revisionedKindNames) {
    for (const definition of definitions[kind].list()) queues.definitions.add(definitionKey(kind, definition));
  }
  for (const deployment of deployments.list()) queues.deployments.add(keyOf(deployment));
}

/** Turns every change into the keys that it concerns. */
function route(caches: ControllerCaches, systemNamespace: string, queues: () => Queues | undefined): void {
  const { definitions, deployments, placements, replicaSets, works } = caches;
  const addDeployment = (key: string | undefined) => {
    if (key !== undefined) queues()?.deployments.add(key);
  };
  const addUsers = (kind: RevisionedKindName, metadata: ObjectMeta) => {
    for (const user of usersOf(kind, metadata, caches)) addDeployment(keyOf(user));
  };
  const addTopologies = (environments: Definition[]) => {
    addTopologyNames(environments.flatMap(topologyName));
  };
  const addTopologyNames = (names: string[]) => {
    for (const name of new Set(names)) queues()?.definitions.add(`PolicyDefinition/${systemNamespace}/${name}`);
  };
  for (const kind of revisionedKindNames) {
    definitions[kind].subscribe(({ object, previous }) => {
      queues()?.definitions.add(definitionKey(kind, object));
      addUsers(kind, object.metadata);
      if (kind === 'Environment') addTopologies([object, ...(previous === undefined ? [] : [previous])]);
      if (kind === 'PolicyDefinition') {
        for (const environment of environmentsOf(object, caches)) {
          queues()?.definitions.add(definitionKey('Environment', environment));
        }
      }
    });
  }
  definitions.revisions.subscribe(({ type, object }) => {
    // The topology of a revision that is gone has one user less.
    if (type === 'deleted') addTopologyNames(recordedTopology(object));
    for (const key of recordedKey(object)) {
      queues()?.definitions.add(key);
      const [kind, namespace = '', name = ''] = key.split('/');
      const known = revisionedKindNames.find((candidate) => candidate === kind);
      if (known !== undefined) addUsers(known, { namespace, name });
    }
  });
  // Whoever waits for another deployment is looked at again when something about that one changes.
  const addHeld = (namespaces: readonly string[], except: string | undefined) => {
    for (const namespace of new Set(namespaces)) {
      for (const held of deployments.byIndex(byBlockedNamespace, namespace)) {
        if (keyOf(held) !== except) addDeployment(keyOf(held));
      }
    }
  };
  deployments.subscribe(({ type, object, previous }) => {
    addDeployment(keyOf(object));
    if (type !== 'added') addHeld([object, previous ?? object].flatMap(spokeNamespacesOf), keyOf(object));
    // Whoever it refers to, or did before, has a user more or less.
    if (type === 'modified' && previous !== undefined && sameJson(refsOf(object), refsOf(previous))) return;
    const before = previous === undefined ? [] : targetsOf(previous, systemNamespace);
    for (const key of [...targetsOf(object, systemNamespace), ...before]) queues()?.definitions.add(key);
  });
  // Whose an object was before it was taken away from him, he has to make again.
  placements.subscribe(({ object, previous = object }) => {
    for (const placement of [previous, object]) {
      addDeployment(deploymentOf(placement));
      const environment = environmentOf(placement);
      if (environment !== undefined) queues()?.definitions.add(`Environment/${environment}`);
    }
    for (const replicaSet of replicaSets.byIndex('placement', keyOf(object))) addDeployment(deploymentOf(replicaSet));
  });
  replicaSets.subscribe(({ object, previous = object }) => {
    addHeld([object, previous].flatMap(namespacesIn), deploymentOf(object));
    for (const replicaSet of [previous, object]) addDeployment(deploymentOf(replicaSet));
  });
  works.subscribe(({ object }) => {
    // `<namespace>.<name>`; a namespace has no dots.
    const [namespace = '', ...name] = (object.metadata.labels?.[replicaSetLabel] ?? '').split('.');
    const replicaSet = replicaSets.get(namespace, name.join('.'));
    if (replicaSet !== undefined) addDeployment(deploymentOf(replicaSet));
  });
}

/** What of a deployment says whom it uses. */
function refsOf({ spec, metadata, status }: WorkloadDeployment): unknown[] {
  const used = [status?.environment, status?.workloadProfile];
  return [spec.environmentRef, spec.workloadProfileRef, metadata.deletionTimestamp, ...used];
}

/** Deployments that may use a definition: by name alone, because a profile of another namespace may take its place. */
function usersOf(kind: RevisionedKindName, { name }: ObjectMeta, caches: ControllerCaches): KubeObject[] {
  if (kind === 'Environment') return caches.deployments.byIndex(byReferencedName.environmentRef, name);
  if (kind === 'WorkloadProfile') return caches.deployments.byIndex(byReferencedName.workloadProfileRef, name);
  // An older revision of an Environment may use a topology that its newest does not: look at all of them.
  return caches.deployments.list();
}

function environmentsOf({ metadata }: Definition, caches: ControllerCaches): Definition[] {
  return caches.definitions.Environment.byIndex('topology', metadata.name);
}
