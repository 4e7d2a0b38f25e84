/** OCM stand-in (local runs only): gives every accepted ManagedCluster its namespace on the hub. */

import { keyOf, type Resource } from '../../../../src/api/object.ts';
import { isAlreadyExists } from '../../../../src/kube/client/errors.ts';
import { runLoop } from '../../../../src/kube/queue/loop.ts';
import { WorkQueue } from '../../../../src/kube/queue/work-queue.ts';
import { clusterNameLabel, managedClusters } from './cluster-kinds.ts';
import { isTrue, timestamp, withCondition, type NewCondition } from '../conditions.ts';
import { writeStatus } from '../object-write.ts';
import type { HubLoop } from './scheduler.ts';

const namespaces: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

/** What OCM's registration writes once a cluster's namespace is there. */
export const accepted: NewCondition = {
  type: 'HubAcceptedManagedCluster',
  status: 'True',
  reason: 'HubClusterAdminAccepted',
  message: 'Accepted by hub cluster admin',
};

/** Runs until the signal is aborted. The namespace of a cluster that left stays, as in OCM. */
export async function runAcceptance(loop: HubLoop, signal: AbortSignal): Promise<void> {
  const { caches, log } = loop;
  const queue = new WorkQueue();
  caches.clusters.subscribe(({ object }) => queue.add(keyOf(object)));
  await caches.synced;
  await runLoop({ name: 'acceptance', queue, reconcile: (name) => accept(loop, name), workers: 2, log, signal });
}

async function accept({ client, caches, clock }: HubLoop, name: string): Promise<void> {
  const cluster = caches.clusters.get(undefined, name);
  if (cluster?.spec.hubAcceptsClient !== true || cluster.metadata.deletionTimestamp !== undefined) return;
  if (isTrue(cluster.status?.conditions, accepted.type)) return;
  const metadata = { name, labels: { [clusterNameLabel]: name } };
  try {
    await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const conditions = withCondition(cluster.status?.conditions, accepted, timestamp(clock()));
  await writeStatus(client, managedClusters, cluster, { ...cluster.status, conditions });
}
