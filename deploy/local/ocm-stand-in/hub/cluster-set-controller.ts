/** OCM stand-in (local runs only): keeps OCM's two standard sets, and the conditions of sets and bindings. */

import { apiVersionOf, keyOf } from '../../../../src/api/object.ts';
import { isAlreadyExists } from '../../../../src/kube/client/errors.ts';
import { runLoop } from '../../../../src/kube/queue/loop.ts';
import { WorkQueue } from '../../../../src/kube/queue/work-queue.ts';
import {
  managedClusterSetBindings,
  managedClusterSets,
  type ManagedClusterSet,
  type ManagedClusterSetBinding,
} from './cluster-kinds.ts';
import { membersOf } from './cluster-set.ts';
import { timestamp, withCondition, type NewCondition } from '../conditions.ts';
import { splitKey } from '../key.ts';
import type { HubLoop } from './scheduler.ts';
import { writeStatus } from '../object-write.ts';

/** The sets that OCM makes by itself: `global` has every cluster, `default` those that were put in no other. */
const standardSets: Record<string, ManagedClusterSet['spec']> = {
  global: { clusterSelector: { selectorType: 'LabelSelector', labelSelector: {} } },
  default: { clusterSelector: { selectorType: 'ExclusiveClusterSetLabel' } },
};

/** Runs until the signal is aborted. Keys: `<set>` and `<namespace>/<binding>`. */
export async function runClusterSets(loop: HubLoop, signal: AbortSignal): Promise<void> {
  const { caches, log } = loop;
  const queue = new WorkQueue();
  const enqueueSets = (): void => caches.clusterSets.list().forEach((set) => queue.add(keyOf(set)));
  caches.clusterSets.subscribe(({ object }) => {
    queue.add(keyOf(object));
    for (const binding of caches.bindings.list()) {
      if (binding.spec?.clusterSet === object.metadata.name) queue.add(keyOf(binding));
    }
  });
  caches.bindings.subscribe(({ object }) => queue.add(keyOf(object)));
  caches.clusters.subscribe(enqueueSets);
  await caches.synced;
  for (const name of Object.keys(standardSets)) queue.add(name);
  await runLoop({ name: 'cluster-sets', queue, reconcile: (key) => reconcile(loop, key), workers: 2, log, signal });
}

async function reconcile(loop: HubLoop, key: string): Promise<void> {
  const { caches } = loop;
  const { namespace, name } = splitKey(key);
  if (namespace === undefined) {
    const set = caches.clusterSets.get(undefined, name);
    await (set === undefined ? createStandardSet(loop, name) : judgeSet(loop, set));
    return;
  }
  const binding = caches.bindings.get(namespace, name);
  if (binding !== undefined) await judgeBinding(loop, binding);
}

async function createStandardSet({ client }: HubLoop, name: string): Promise<void> {
  const spec = standardSets[name];
  if (spec === undefined) return;
  const set: ManagedClusterSet = {
    apiVersion: apiVersionOf(managedClusterSets),
    kind: managedClusterSets.kind,
    metadata: { name },
    spec,
  };
  try {
    await client.create(managedClusterSets, set);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

async function judgeSet({ client, caches, clock }: HubLoop, set: ManagedClusterSet): Promise<void> {
  const count = membersOf(set, caches.clusters.list()).length;
  const condition: NewCondition = {
    type: 'ClusterSetEmpty',
    status: count === 0 ? 'True' : 'False',
    reason: count === 0 ? 'NoClusterMatched' : 'ClustersSelected',
    message: count === 0 ? 'No ManagedCluster selected' : `${count} ManagedClusters selected`,
  };
  const conditions = withCondition(set.status?.conditions, condition, timestamp(clock()));
  await writeStatus(client, managedClusterSets, set, { ...set.status, conditions });
}

async function judgeBinding({ client, caches, clock }: HubLoop, binding: ManagedClusterSetBinding): Promise<void> {
  const bound = caches.clusterSets.get(undefined, binding.spec?.clusterSet ?? '') !== undefined;
  const condition: NewCondition = {
    type: 'Bound',
    status: bound ? 'True' : 'False',
    reason: bound ? 'ClusterSetBound' : 'ClusterSetNotFound',
    message: '',
  };
  const conditions = withCondition(binding.status?.conditions, condition, timestamp(clock()));
  await writeStatus(client, managedClusterSetBindings, binding, { ...binding.status, conditions });
}
