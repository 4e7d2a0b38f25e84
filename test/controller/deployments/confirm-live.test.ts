import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { confirmExists, confirmTerminating } from '../../../src/controller/deployments/confirm-live.ts';
import { deployment } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const deletionTimestamp = '2026-01-01T00:00:00Z';
const made = (uid: string, more: object = {}): WorkloadDeployment => {
  const object = deployment('apps');
  return { ...object, metadata: { ...object.metadata, uid, finalizers: ['x'], ...more } };
};
const clientWith = (...live: WorkloadDeployment[]) =>
  createMemoryClient(
    live.map((object): [typeof workloadDeployments, WorkloadDeployment] => [workloadDeployments, object]),
  );

describe('a cached deployment', () => {
  it('is confirmed to exist only if the same object exists', async () => {
    await confirmExists(clientWith(made('1')), made('1'));
    await assert.rejects(confirmExists(clientWith(made('2')), made('1')), /apps\/web does not exist/);
    await assert.rejects(confirmExists(clientWith(), made('1')), /its cache is stale/);
  });

  it('is confirmed to be terminating unless it exists and is not', async () => {
    await confirmTerminating(clientWith(made('1', { deletionTimestamp })), made('1', { deletionTimestamp }));
    await confirmTerminating(clientWith(), made('1', { deletionTimestamp }));
    await assert.rejects(
      confirmTerminating(clientWith(made('1')), made('1', { deletionTimestamp })),
      /is not terminating/,
    );
  });
});
