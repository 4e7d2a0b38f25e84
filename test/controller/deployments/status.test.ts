import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { writeDeploymentStatus } from '../../../src/controller/deployments/status.ts';
import { isConflict } from '../../../src/kube/client/errors.ts';
import { deployment } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const key = { namespace: 'apps', name: 'web' };

async function stored() {
  const client = createMemoryClient([[workloadDeployments, deployment('apps')]]);
  const read = () => client.get<WorkloadDeployment>(workloadDeployments, key);
  return { client, read, object: await read() };
}

describe('writing the status of a deployment', () => {
  it('replaces the complete status', async () => {
    const { client, read, object } = await stored();
    await writeDeploymentStatus(client, object, { selectedClusters: ['a'], pendingClusters: ['a'] });
    await writeDeploymentStatus(client, await read(), { selectedClusters: ['b'] });
    assert.deepEqual((await read()).status, { selectedClusters: ['b'] });
  });

  it('writes nothing if nothing has changed', async () => {
    const { client, read, object } = await stored();
    await writeDeploymentStatus(client, object, { selectedClusters: ['a'] });
    client.writes.splice(0);
    await writeDeploymentStatus(client, await read(), { selectedClusters: ['a'] });
    assert.deepEqual(client.writes, []);
  });

  it('does not overwrite a newer object', async () => {
    const { client, object } = await stored();
    await client.patch(workloadDeployments, key, { metadata: { labels: { newer: 'yes' } } });
    await assert.rejects(writeDeploymentStatus(client, object, { selectedClusters: [] }), (error) => isConflict(error));
  });
});
