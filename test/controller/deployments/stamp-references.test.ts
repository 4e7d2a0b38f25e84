import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import { stampReferences } from '../../../src/controller/deployments/stamp-references.ts';
import { environmentRevisionAnnotation, workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import { deployment } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const stamps = {
  [environmentRevisionAnnotation]: 'team/primary@v1',
  [workloadProfileRevisionAnnotation]: 'team/web@v1',
};

describe('stamping the refs of a deployment', () => {
  const bare = deployment('team');
  const stamped = { ...bare, metadata: { ...bare.metadata, annotations: stamps } };

  it('patches a deployment without stamps, so that admission runs', async () => {
    const client = createMemoryClient([[workloadDeployments, bare]]);
    await stampReferences(client, bare, { lacksHash: false });
    assert.equal(client.writes.length, 1);
  });

  it('does not patch a deployment with both stamps', async () => {
    const client = createMemoryClient([[workloadDeployments, stamped]]);
    await stampReferences(client, stamped, { lacksHash: false });
    assert.equal(client.writes.length, 0);
  });

  it('patches a deployment with both stamps if admission would complete one', async () => {
    const client = createMemoryClient([[workloadDeployments, stamped]]);
    await stampReferences(client, stamped, { lacksHash: true });
    assert.equal(client.writes.length, 1);
  });
});
