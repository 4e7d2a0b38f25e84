import assert from 'node:assert/strict';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import { livePins } from '../../src/definitions/pins.ts';
import { deployment, environment } from '../support/manifests.ts';
import { createMemoryClient } from '../support/memory-client.ts';

const system = 'mural-system';

describe('the pins of a definition, read live', () => {
  const client = createMemoryClient([
    [workloadDeployments, deployment('team', { name: 'by-number', environmentRef: 'primary@v3' })],
    [workloadDeployments, deployment('team', { name: 'by-version', environmentRef: 'primary@v3.0.0' })],
    [workloadDeployments, deployment('team', { name: 'following', environmentRef: 'primary' })],
    [workloadDeployments, deployment('other', { name: 'elsewhere', environmentRef: 'primary@v3' })],
    [environments, environment('team', { topology: { type: 'ours@v2' } })],
    [environments, environment('other', { topology: { type: 'ours' } })],
  ]);

  it('are those of deployments, by a plain number', async () => {
    assert.deepEqual(await livePins(client, 'Environment', { namespace: 'team', name: 'primary' }, system), [
      { user: 'WorkloadDeployment team/by-number', number: 3 },
    ]);
  });

  it('are those of Environments for a topology, wherever they are', async () => {
    assert.deepEqual(await livePins(client, 'PolicyDefinition', { namespace: system, name: 'ours' }, system), [
      { user: 'Environment team/primary', number: 2 },
    ]);
  });

  it('are none where nobody pins', async () => {
    assert.deepEqual(await livePins(client, 'WorkloadProfile', { namespace: 'team', name: 'web' }, system), []);
  });
});
