import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { releaseDeployment } from '../../../src/controller/deployments/finalize.ts';
import { identityHash } from '../../../src/domain/render/naming.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { deployment } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { aPlacement } from '../../support/placements.ts';

const key = { namespace: 'apps', name: 'web' };

/** On the hub for deployment `apps/web`, or for another that has the same hash. */
function owned<T extends KubeObject>(object: T, owner = 'apps/web', finalizers: string[] = []): T {
  const labels = { 'spectrocloud.com/deployment-hash': identityHash('apps/web', sha256) };
  const annotations = { 'spectrocloud.com/deployment': owner };
  return { ...object, metadata: { ...object.metadata, labels, annotations, finalizers } };
}

async function deleted(onHub: [Resource, KubeObject][]) {
  const object = deployment('apps');
  const metadata = {
    ...object.metadata,
    finalizers: ['spectrocloud.com/mooring'],
    deletionTimestamp: '2026-01-01T00:00:00Z',
  };
  const client = createMemoryClient([[workloadDeployments, { ...object, metadata }], ...onHub]);
  const turn = async () => {
    const current = await client.get<WorkloadDeployment>(workloadDeployments, key);
    return releaseDeployment(client, current, sha256);
  };
  const left = async (resource: Resource) => (await client.list(resource)).items.map(({ metadata: { name } }) => name);
  return { client, turn, left };
}

describe('releasing a deleted deployment', () => {
  it('takes the works first, and the Placements when the works are gone', async () => {
    const foreground = owned(aReplicaSet(), 'apps/web', ['ocm/foreground']);
    const { client, turn, left } = await deleted([
      [manifestWorkReplicaSets, foreground],
      [placements, owned(aPlacement())],
    ]);
    assert.ok(await turn(), 'waits');
    assert.deepEqual(await left(placements), ['placement'], 'OCM stops at a work whose Placement is missing');
    const { status } = await client.get<WorkloadDeployment>(workloadDeployments, key);
    assert.match(
      status?.conditions?.find(({ type }) => type === 'Deleting')?.message ?? '',
      /ManifestWorkReplicaSet hub\/web/,
    );

    await client.patch(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' }, { metadata: { finalizers: null } });
    assert.ok(await turn(), 'waits for the Placement');
    assert.deepEqual(await left(placements), []);
    assert.equal(await turn(), undefined);
    assert.deepEqual(await left(workloadDeployments), [], 'nothing holds it any more');
  });

  it('leaves alone what only has the same hash', async () => {
    const { turn, left } = await deleted([[placements, owned(aPlacement(), 'apps/other')]]);
    await turn();
    assert.deepEqual(await left(placements), ['placement']);
    assert.deepEqual(await left(workloadDeployments), []);
  });

  it('does nothing for an object that does not wait for us', async () => {
    const client = createMemoryClient([[placements, owned(aPlacement())]]);
    await releaseDeployment(client, deployment('apps'), sha256);
    assert.deepEqual(client.writes, []);
  });
});
