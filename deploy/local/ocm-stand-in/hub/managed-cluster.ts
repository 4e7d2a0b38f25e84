/** OCM stand-in (local runs only): joining a cluster to the hub and leaving it, as OCM's registration would. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiVersionOf, type Condition, type Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { isAlreadyExists } from '../../../../src/kube/client/errors.ts';
import { applyObjects, readFolder } from '../../hub/apply/apply.ts';
import { accepted } from './acceptance-controller.ts';
import { clusterNameLabel, clusterSetLabel, managedClusters, type ManagedCluster } from './cluster-kinds.ts';
import { timestamp, withCondition, type NewCondition } from '../conditions.ts';
import { writeStatus } from '../object-write.ts';
import { manifestWorks } from '../work-kinds.ts';

/** Who the stand-in is in managed fields. */
const fieldManager = 'ocm-stand-in';
const namespaces: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

export interface JoinOptions {
  /** Of the cluster, and of its namespace on the hub. */
  name: string;
  /** An administrator of the hub. */
  hub: Client;
  /** An administrator of the spoke. */
  spoke: Client;
  /** Address of the spoke's API server. */
  server: string;
  /** Put on the ManagedCluster; without a cluster set among them it goes into `default`, as in OCM. */
  labels?: Record<string, string>;
  /** ms epoch */
  now: number;
}

/** Makes the cluster a member that is accepted, joined and available. A ManagedCluster that is there keeps its spec. */
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
  const conditions = membership.reduce<Condition[]>(
    (list, condition) => withCondition(list, condition, timestamp(now)),
    cluster.status?.conditions ?? [],
  );
  await writeStatus(hub, managedClusters, cluster, { ...cluster.status, conditions });
}

async function createOrGet(hub: Client, wanted: ManagedCluster): Promise<ManagedCluster> {
  try {
    return await hub.create(managedClusters, wanted, { fieldManager });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return hub.get<ManagedCluster>(managedClusters, { name: wanted.metadata.name });
  }
}

const membership: NewCondition[] = [
  accepted,
  { type: 'ManagedClusterJoined', status: 'True', reason: 'ManagedClusterJoined', message: 'Managed cluster joined' },
  {
    type: 'ManagedClusterConditionAvailable',
    status: 'True',
    reason: 'ManagedClusterAvailable',
    message: 'Managed cluster is available',
  },
];

/**
 * Takes the cluster out of every Placement and waits until its works are gone, for which the stand-in must run. Its
 * namespace on the hub stays, as in OCM. Resolves to the works that are left after `timeoutMs`.
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
