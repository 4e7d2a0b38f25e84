import assert from 'node:assert/strict';
import type { ManifestWork, ManifestWorkReplicaSet } from '../../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { LostWorks } from '../../../src/controller/deployments/lost-works.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { deployment } from '../../support/manifests.ts';

const applied: WorkloadDeployment = {
  ...deployment('team'),
  status: { replicaSets: [{ namespace: 'hub', name: 'web' }], selectedClusters: ['one', 'two'] },
};

const workOn = (namespace: string): ManifestWork => ({
  apiVersion: 'work.open-cluster-management.io/v1',
  kind: 'ManifestWork',
  metadata: { namespace, name: 'web' },
  spec: { workload: { manifests: [] } },
});

/** A hub without ManifestWorkReplicaSets, whose content a test changes. */
function hub() {
  const content = {
    live: applied as WorkloadDeployment | undefined,
    replicaSets: [] as ManifestWorkReplicaSet[],
    works: [] as ManifestWork[],
    now: 1000,
  };
  const lost = new LostWorks({
    caches: { deployments: { get: () => content.live }, manifestWorks: { byIndex: () => content.works } },
    appliedReplicaSets: { of: () => content.replicaSets },
    now: () => content.now,
    evictAfterMs: 60,
  });
  return { content, lost };
}

describe('the works that the hub has lost', () => {
  it('are those of a deployment whose status names them, from when that is noticed first', () => {
    const { content, lost } = hub();
    assert.equal(lost.deadline(), undefined);
    lost.observe(applied);
    content.now = 2000;
    lost.observe(applied);
    assert.equal(lost.deadline(), 1060);
  });

  it('are not lost while a ManifestWorkReplicaSet exists, or if no cluster had them', () => {
    const { content, lost } = hub();
    lost.observe({ ...applied, status: { ...applied.status, selectedClusters: [] } });
    lost.observe({ ...applied, status: { ...applied.status, replicaSets: [] } });
    lost.observe(deployment('team'));
    content.replicaSets = [aReplicaSet('web')];
    lost.observe(applied);
    assert.equal(lost.deadline(), undefined);
  });

  it('are back when every cluster has one', () => {
    const { content, lost } = hub();
    lost.observe(applied);
    content.replicaSets = [aReplicaSet('web')];
    content.works = [workOn('one')];
    assert.equal(lost.deadline(), 1060);
    content.works = [workOn('one'), workOn('two'), workOn('three')];
    assert.equal(lost.deadline(), undefined);
    content.works = [];
    assert.equal(lost.deadline(), undefined, 'they are not lost again');
  });

  it('do not matter any more when the deployment is deleted', () => {
    for (const deleted of [undefined, { ...applied, metadata: { ...applied.metadata, deletionTimestamp: 'now' } }]) {
      const { content, lost } = hub();
      lost.observe(applied);
      content.live = deleted;
      assert.equal(lost.deadline(), undefined);
    }
  });

  it('are forgotten when this process stops leading', () => {
    const { lost } = hub();
    lost.observe(applied);
    lost.clear();
    assert.equal(lost.deadline(), undefined);
  });
});
