import assert from 'node:assert/strict';
import { managedClusters, type ManagedCluster } from '../../../../../deploy/local/ocm-stand-in/hub/cluster-kinds.ts';
import { writeJoinedStatus } from '../../../../../deploy/local/ocm-stand-in/hub/managed-cluster.ts';
import { apiVersionOf, type Condition } from '../../../../../src/api/object.ts';
import { isConflict } from '../../../../../src/kube/client/errors.ts';
import { createMemoryClient } from '../../../../support/memory-client.ts';

const other: Condition = { type: 'Other', status: 'True', reason: 'Other', lastTransitionTime: '2026-01-01T00:00:00Z' };

describe('the status of a cluster that joins', () => {
  it('keeps a condition that another controller has written since the cluster was read', async () => {
    const hub = createMemoryClient([]);
    const read = await hub.create<ManagedCluster>(managedClusters, {
      apiVersion: apiVersionOf(managedClusters),
      kind: managedClusters.kind,
      metadata: { name: 'a' },
      spec: { hubAcceptsClient: true },
    });
    await hub.replace(managedClusters, { ...read, status: { conditions: [other] } }, { subresource: 'status' });
    await assert.rejects(hub.replace(managedClusters, read, { subresource: 'status' }), isConflict);
    await writeJoinedStatus(hub, read, '2026-01-02T00:00:00Z');
    const { status } = await hub.get<ManagedCluster>(managedClusters, { name: 'a' });
    assert.deepEqual(
      status?.conditions?.map(({ type }) => type),
      ['Other', 'HubAcceptedManagedCluster', 'ManagedClusterJoined', 'ManagedClusterConditionAvailable'],
    );
  });
});
