/** OCM stand-in (local runs only): adds a cluster to the hub and removes it, like OCM's registration controller. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiVersionOf, type Condition } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { isAlreadyExists, isConflict } from '../../../../src/kube/client/errors.ts';
import { applyObjects, readFolder } from '../../hub/apply/apply.ts';
import { acceptedCondition } from './acceptance-controller.ts';
import { clusterNameLabel, clusterSetLabel, managedClusters, type ManagedCluster } from './cluster-kinds.ts';
import { formatTime, withCondition, type NewCondition } from '../conditions.ts';
import { writeStatus } from '../object-write.ts';
import { manifestWorks } from '../work-kinds.ts';
import { namespaces } from '../../../../src/kube/objects/namespaces.ts';

/** The field manager in server-side apply. */
const fieldManager = 'ocm-stand-in';

export interface JoinOptions {
  /** The name of the cluster, and of its namespace on the hub. */
  name: string;
  /** An administrator of the hub. */
  hub: Client;
  /** An administrator of the spoke. */
  spoke: Client;
  /** The URL of the API server of the spoke. */
  server: string;
  /** Labels of the ManagedCluster. As in OCM, the cluster belongs to the set `default` if no label names another set. */
  labels?: Record<string, string>;
  /** In ms since the epoch. */
  now: number;
}

/** Adds the cluster as accepted, joined and available. The spec of an existing ManagedCluster is not changed. */
export async function joinCluster({ name, hub, spoke, server, labels, now }: JoinOptions): Promise<void> {
  await applyObjects(spoke, await readFolder(join(import.meta.dirname, '..', 'agent', 'manifests')));
  await hub.apply(
    namespaces,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { [clusterNameLabel]: name } } },
    { fieldManager },
  );
  const cluster = await createOrGet(hub, {
    apiVersion: apiVersionOf(managedClusters),
    kind: managedClusters.kind,
    metadata: { name, labels: { [clusterSetLabel]: 'default', ...labels } },
    spec: { hubAcceptsClient: true, managedClusterClientConfigs: [{ url: server }] },
  });
  await writeJoinedStatus(hub, cluster, formatTime(now));
}

/** Writes the status of a joined cluster. The acceptance controller may write it at the same time, so a conflict is retried. */
export async function writeJoinedStatus(
  hub: Client,
  cluster: ManagedCluster,
  time: string,
  attemptsLeft = 5,
): Promise<void> {
  const conditions = joinedConditions.reduce<Condition[]>(
    (list, condition) => withCondition(list, condition, time),
    cluster.status?.conditions ?? [],
  );
  try {
    await writeStatus(hub, managedClusters, cluster, { ...cluster.status, conditions });
  } catch (error) {
    if (!isConflict(error) || attemptsLeft <= 1) throw error;
    const newest = await hub.get<ManagedCluster>(managedClusters, { name: cluster.metadata.name });
    await writeJoinedStatus(hub, newest, time, attemptsLeft - 1);
  }
}

async function createOrGet(hub: Client, cluster: ManagedCluster): Promise<ManagedCluster> {
  try {
    return await hub.create(managedClusters, cluster, { fieldManager });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return hub.get<ManagedCluster>(managedClusters, { name: cluster.metadata.name });
  }
}

const joinedConditions: NewCondition[] = [
  acceptedCondition,
  { type: 'ManagedClusterJoined', status: 'True', reason: 'ManagedClusterJoined', message: 'Managed cluster joined' },
  {
    type: 'ManagedClusterConditionAvailable',
    status: 'True',
    reason: 'ManagedClusterAvailable',
    message: 'Managed cluster is available',
  },
];

/**
 * Removes the cluster from every Placement and waits until its ManifestWorks are deleted. The stand-in must run. As in OCM,
 * the namespace of the cluster on the hub stays. Returns the ManifestWorks that remain after the timeout.
 */
export async function leaveCluster(hub: Client, name: string, timeoutMs: number): Promise<string[]> {
  await hub.delete(managedClusters, { name });
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { items } = await hub.list(manifestWorks, { namespace: name, metadataOnly: true });
    if (items.length === 0 || performance.now() > deadline) return items.map((work) => work.metadata.name);
    await sleep(200);
  }
}
