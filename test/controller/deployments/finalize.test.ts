import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { finalizeDeployment } from '../../../src/controller/deployments/finalize.ts';
import { identityHash } from '../../../src/domain/render/naming.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { forbidden, namespaceNamed, withHubRights } from '../../support/hub-rights.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { deployment } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { aPlacement } from '../../support/placements.ts';

const key = { namespace: 'apps', name: 'web' };

/** An object of deployment `apps/web`, or of another deployment with the same hash. */
function owned<T extends KubeObject>(object: T, owner = 'apps/web', finalizers: string[] = []): T {
  const labels = { 'spectrocloud.com/deployment-hash': identityHash('apps/web', sha256) };
  const annotations = { 'spectrocloud.com/deployment': owner };
  return { ...object, metadata: { ...object.metadata, labels, annotations, finalizers } };
}

const cacheThatSays = (notServed: boolean) => {
  const cache = { isNotServed: () => Promise.resolve(notServed) };
  return { replicaSets: cache, placements: cache };
};
const served = cacheThatSays(false);

async function deleted(onHub: [Resource, KubeObject][], caches = served) {
  const object = deployment('apps');
  const metadata = {
    ...object.metadata,
    finalizers: ['spectrocloud.com/mooring'],
    deletionTimestamp: '2026-01-01T00:00:00Z',
  };
  const client = createMemoryClient([[workloadDeployments, { ...object, metadata }], ...onHub]);
  const reconcile = async () => {
    const current = await client.get<WorkloadDeployment>(workloadDeployments, key);
    return finalizeDeployment(current, { client, caches, hash: sha256 });
  };
  const remaining = async (resource: Resource) =>
    (await client.list(resource)).items.map(({ metadata: { name } }) => name);
  return { client, reconcile, remaining };
}

describe('finalizing a deleted deployment', () => {
  it('deletes ManifestWorkReplicaSets first, and Placements once those are gone', async () => {
    const foreground = owned(aReplicaSet(), 'apps/web', ['ocm/foreground']);
    const { client, reconcile, remaining } = await deleted([
      [manifestWorkReplicaSets, foreground],
      [placements, owned(aPlacement())],
    ]);
    assert.ok(await reconcile(), 'waits');
    assert.deepEqual(
      await remaining(placements),
      ['placement'],
      'OCM stops at a ManifestWorkReplicaSet whose Placement is missing',
    );
    const { status } = await client.get<WorkloadDeployment>(workloadDeployments, key);
    assert.match(
      status?.conditions?.find(({ type }) => type === 'Deleting')?.message ?? '',
      /ManifestWorkReplicaSet hub\/web/,
    );

    await client.patch(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' }, { metadata: { finalizers: null } });
    assert.ok(await reconcile(), 'waits for the Placement');
    assert.deepEqual(await remaining(placements), []);
    assert.equal(await reconcile(), undefined);
    assert.deepEqual(await remaining(workloadDeployments), [], 'the finalizer is removed');
  });

  it('does not delete objects that only have the same hash', async () => {
    const { reconcile, remaining } = await deleted([[placements, owned(aPlacement(), 'apps/other')]]);
    await reconcile();
    assert.deepEqual(await remaining(placements), ['placement']);
    assert.deepEqual(await remaining(workloadDeployments), []);
  });

  for (const notServed of [true, false]) {
    it(`${notServed ? 'removes' : 'keeps'} the finalizer after a 404 if OCM is ${notServed ? 'not ' : ''}served`, async () => {
      const { client, reconcile, remaining } = await deleted([], cacheThatSays(notServed));
      const list = client.list.bind(client);
      client.list = () => Promise.reject(new ApiError('404 page not found', { code: 404, reason: 'Unknown' }));
      const finalizing = reconcile();
      if (notServed) await finalizing;
      else await assert.rejects(finalizing, ApiError);
      client.list = list;
      assert.deepEqual(await remaining(workloadDeployments), notServed ? [] : ['web']);
    });
  }
  it('keeps the finalizer and says why while a hub namespace is not open, and goes on once it is', async () => {
    const { client, reconcile, remaining } = await deleted([
      namespaceNamed('hub'),
      [manifestWorkReplicaSets, owned(aReplicaSet())],
    ]);
    withHubRights(client, ['delete hub']);
    client.failNext('delete', forbidden());
    assert.ok(await reconcile(), 'retries');
    const { status, metadata } = await client.get<WorkloadDeployment>(workloadDeployments, key);
    const deleting = status?.conditions?.find(({ type }) => type === 'Deleting');
    assert.equal(deleting?.reason, 'HubNamespaceNotOpen');
    assert.match(deleting.message ?? '', /`mooring hub-namespace open hub --apply`/);
    assert.deepEqual(metadata.finalizers, ['spectrocloud.com/mooring']);

    assert.ok(await reconcile(), 'waits for what it has deleted');
    assert.equal(await reconcile(), undefined);
    assert.deepEqual(await remaining(workloadDeployments), []);
  });

  it('does nothing for a deployment without the finalizer', async () => {
    const client = createMemoryClient([[placements, owned(aPlacement())]]);
    await finalizeDeployment(deployment('apps'), { client, caches: served, hash: sha256 });
    assert.deepEqual(client.writes, []);
  });
});
