/** OCM stand-in (local runs only): creates OCM's two standard sets, and writes the conditions of sets and bindings. */

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
import { listMembers } from './cluster-set.ts';
import { formatTime, withCondition, type NewCondition } from '../conditions.ts';
import { splitKey } from '../key.ts';
import type { HubLoop } from './scheduler.ts';
import { writeStatus } from '../object-write.ts';

/** The sets that OCM creates. `global` contains every cluster, `default` those that do not belong to another set. */
const standardSets: Record<string, ManagedClusterSet['spec']> = {
  global: { clusterSelector: { selectorType: 'LabelSelector', labelSelector: {} } },
  default: { clusterSelector: { selectorType: 'ExclusiveClusterSetLabel' } },
};

/** Runs until the signal is aborted. The keys are `<set>` and `<namespace>/<binding>`. */
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
    await (set === undefined ? createStandardSet(loop, name) : updateSetStatus(loop, set));
    return;
  }
  const binding = caches.bindings.get(namespace, name);
  if (binding !== undefined) await updateBindingStatus(loop, binding);
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

async function updateSetStatus({ client, caches, now }: HubLoop, set: ManagedClusterSet): Promise<void> {
  const count = listMembers(set, caches.clusters.list()).length;
  const condition: NewCondition = {
    type: 'ClusterSetEmpty',
    status: count === 0 ? 'True' : 'False',
    reason: count === 0 ? 'NoClusterMatched' : 'ClustersSelected',
    message: count === 0 ? 'No ManagedCluster selected' : `${count} ManagedClusters selected`,
  };
  const conditions = withCondition(set.status?.conditions, condition, formatTime(now()));
  await writeStatus(client, managedClusterSets, set, { ...set.status, conditions });
}

async function updateBindingStatus({ client, caches, now }: HubLoop, binding: ManagedClusterSetBinding): Promise<void> {
  const bound = caches.clusterSets.get(undefined, binding.spec?.clusterSet ?? '') !== undefined;
  const condition: NewCondition = {
    type: 'Bound',
    status: bound ? 'True' : 'False',
    reason: bound ? 'ClusterSetBound' : 'ClusterSetNotFound',
    message: '',
  };
  const conditions = withCondition(binding.status?.conditions, condition, formatTime(now()));
  await writeStatus(client, managedClusterSetBindings, binding, { ...binding.status, conditions });
}
