import { keyOf, type KubeObject } from '../../api/object.ts';
import {
  namedOwner,
  orphanState,
  orphanStates,
  type NamedOwner,
  type OrphanState,
} from '../../domain/render/ownership.ts';
import { sleep as realSleep, type Sleep } from '../../kube/sleep.ts';
import type { Log } from '../../log.ts';
import type { ControllerCaches } from '../caches.ts';
import type { QueueName } from '../event-routing.ts';

interface Orphan {
  object: KubeObject;
  owner: NamedOwner;
  state: OrphanState;
}

/** The objects on the hub whose owner does not exist, according to the caches. */
function orphansIn(caches: ControllerCaches, installation: string): Orphan[] {
  const exists = ({ kind, namespace, name }: NamedOwner) =>
    (kind === 'Environment' ? caches.definitions.Environment : caches.deployments).get(namespace, name) !== undefined;
  const others = caches.otherKinds.flatMap((cache) => cache.list());
  return [...caches.replicaSets.list(), ...caches.placements.list(), ...others].flatMap((object) => {
    const owner = namedOwner(object);
    if (owner === undefined) return [];
    const state = orphanState(object, { installation, exists });
    return state === undefined ? [] : [{ object, owner, state }];
  });
}

/** How many objects on the hub have no owner, by why. */
export function countOrphans(caches: ControllerCaches, installation: string): Record<OrphanState, number> {
  const found = orphansIn(caches, installation);
  const counts = orphanStates.map((state) => [state, found.filter((orphan) => orphan.state === state).length]);
  return Object.fromEntries(counts) as Record<OrphanState, number>;
}

export interface OrphanSweepOptions {
  caches: ControllerCaches;
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. */
  installation: string;
  enqueue: (queue: QueueName, key: string) => void;
  log: Log;
  signal: AbortSignal;
  sleep?: Sleep;
}

/** How often objects without an owner are searched in the caches. Events lead to most of them earlier. */
const intervalMs = 30_000;

/**
 * Enqueues the owners that objects on the hub name and that do not exist, until the signal is aborted: their reconcile reads them
 * live and deletes the objects of this installation. Objects of another installation, or without proof, are logged once and stay,
 * until a person runs `mooring adopt` or `mooring remove-orphans`.
 */
export async function runOrphanSweep(options: OrphanSweepOptions): Promise<void> {
  const { caches, installation, enqueue, log, signal, sleep = realSleep } = options;
  const logged = new Set<string | undefined>();
  while (!signal.aborted) {
    for (const { object, owner, state } of orphansIn(caches, installation)) {
      const key = `${owner.namespace}/${owner.name}`;
      if (state === 'orphaned') {
        if (owner.kind === 'Environment') enqueue('definitions', `Environment/${key}`);
        else enqueue('deployments', key);
      } else if (!logged.has(object.metadata.uid)) {
        logged.add(object.metadata.uid);
        const fields = { kind: object.kind, object: keyOf(object), owner: `${owner.kind} ${key}`, state };
        log.warn(fields, 'an object on the hub has no owner of this installation; it stays until a person decides');
      }
    }
    await sleep(intervalMs, signal);
  }
}
