/** OCM stand-in (local runs only): creates the namespace of every accepted ManagedCluster on the hub. */

import { keyOf } from '../../../../src/api/object.ts';
import { isAlreadyExists } from '../../../../src/kube/client/errors.ts';
import { runLoop } from '../../../../src/kube/queue/loop.ts';
import { WorkQueue } from '../../../../src/kube/queue/work-queue.ts';
import { clusterNameLabel, managedClusters } from './cluster-kinds.ts';
import { isTrue, formatTime, withCondition, type NewCondition } from '../conditions.ts';
import { writeStatus } from '../object-write.ts';
import type { HubLoop } from './scheduler.ts';
import { namespaces } from '../../../../src/kube/objects/namespaces.ts';

/** OCM's registration controller writes this condition when the namespace of a cluster exists. */
export const acceptedCondition: NewCondition = {
  type: 'HubAcceptedManagedCluster',
  status: 'True',
  reason: 'HubClusterAdminAccepted',
  message: 'Accepted by hub cluster admin',
};

/** Runs until the signal is aborted. As in OCM, the namespace of a cluster that leaves the hub is not deleted. */
export async function runAcceptance(loop: HubLoop, signal: AbortSignal): Promise<void> {
  const { caches, log } = loop;
  const queue = new WorkQueue();
  caches.clusters.subscribe(({ object }) => queue.add(keyOf(object)));
  await caches.synced;
  await runLoop({
    name: 'acceptance',
    queue,
    reconcile: (name) => reconcileCluster(loop, name),
    workers: 2,
    log,
    signal,
  });
}

async function reconcileCluster({ client, caches, now }: HubLoop, name: string): Promise<void> {
  const cluster = caches.clusters.get(undefined, name);
  if (cluster?.spec.hubAcceptsClient !== true || cluster.metadata.deletionTimestamp !== undefined) return;
  if (isTrue(cluster.status?.conditions, acceptedCondition.type)) return;
  const metadata = { name, labels: { [clusterNameLabel]: name } };
  try {
    await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const conditions = withCondition(cluster.status?.conditions, acceptedCondition, formatTime(now()));
  await writeStatus(client, managedClusters, cluster, { ...cluster.status, conditions });
}
