import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { placements } from '../../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import {
  confirmExists,
  confirmTerminating,
  withLiveVersions,
} from '../../../src/controller/deployments/confirm-live.ts';
import type { HubObject } from '../../../src/domain/render/hub-objects.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { deployment } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { aPlacement } from '../../support/placements.ts';

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
    const cached = made('1', { deletionTimestamp });
    assert.equal(await confirmTerminating(clientWith(cached), cached), true);
    assert.equal(await confirmTerminating(clientWith(), cached), false);
    await assert.rejects(confirmTerminating(clientWith(made('1')), cached), /is not terminating/);
  });
});

describe('an object that is to be created', () => {
  const wanted = (namespace = 'hub'): HubObject => ({
    ...aPlacement({ from: 'team/prod@v1' }),
    metadata: { namespace, name: 'placement', labels: {}, annotations: { 'spectrocloud.com/deployment': 'apps/web' } },
  });
  const notServed = { isNotServed: async () => false };
  const caches = { placements: notServed, replicaSets: notServed, otherKinds: [] };
  const withOwner = (owner: string, more: object = {}): [Resource, KubeObject] => {
    const placement = aPlacement();
    const annotations = { 'spectrocloud.com/deployment': owner };
    return [placements, { ...placement, metadata: { ...placement.metadata, annotations, ...more } }];
  };

  it('has no resourceVersion if it does not exist', async () => {
    const client = createMemoryClient();
    assert.deepEqual(await withLiveVersions([wanted()], { client, caches }), [wanted()]);
  });

  it('has that of the object that the cache lacks, so that a later write of another leader is not replaced', async () => {
    const client = createMemoryClient([withOwner('apps/web')]);
    const [found] = await withLiveVersions([wanted()], { client, caches });
    assert.equal(found?.metadata.resourceVersion, '1');
  });

  it('keeps the resourceVersion that was read from the cache', async () => {
    const client = createMemoryClient([withOwner('apps/web')]);
    const known = { ...wanted(), metadata: { ...wanted().metadata, resourceVersion: '7' } };
    assert.deepEqual(await withLiveVersions([known], { client, caches }), [known]);
  });

  for (const [what, stored] of [
    ['another owner', withOwner('apps/other')],
    ['a terminating object', withOwner('apps/web', { deletionTimestamp, finalizers: ['x'] })],
  ] as const) {
    it(`is not applied over ${what} that the cache lacks`, async () => {
      const client = createMemoryClient([stored]);
      await assert.rejects(
        withLiveVersions([wanted()], { client, caches }),
        /the cache lacks Placement hub\/placement/,
      );
    });
  }

  it('is not read if its kind is not served, or unknown to the controller', async () => {
    const client = createMemoryClient();
    const notFound = new ApiError('not found', { code: 404, reason: 'NotFound' });
    client.list = () => Promise.reject(notFound);
    await assert.rejects(withLiveVersions([wanted()], { client, caches }), notFound);
    const served = { isNotServed: async () => true };
    const known = { placements: served, replicaSets: served, otherKinds: [] };
    assert.deepEqual(await withLiveVersions([wanted()], { client, caches: known }), [wanted()]);
    const other = { ...wanted(), kind: 'ConfigMap' };
    assert.deepEqual(await withLiveVersions([other], { client, caches }), [other]);
  });
});
