import assert from 'node:assert/strict';
import { manifestWorkReplicaSets, manifestWorks, type ManifestWork } from '../../src/api/ocm.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../support/deployments-scene.ts';
import { environmentSpec } from '../support/environment-edits.ts';
import { byop } from '../support/manifests.ts';
import { owned } from '../support/lifecycle-topology.ts';

const spec = environmentSpec({ lifecycle: owned });

describe('the Event about lost clusters', () => {
  let scene: DeploymentsScene;
  beforeEach(async () => {
    scene = await deploymentsScene({ primary: spec }, [finalizedDeployment()]);
    await scene.reconcile();
    await scene.ocm(['a', 'b']);
    await scene.reconcile();
    scene.client.writes.splice(0);
  });
  afterEach(() => scene.stop());

  /** The notes of the Events since the last call. */
  function notes(): string[] {
    return scene.client.writes
      .splice(0)
      .filter(({ resource }) => resource === 'events')
      .map(({ body }) => (body as { note: string }).note);
  }
  async function deleteWorks(...clusters: string[]) {
    const { items } = await scene.client.list<ManifestWork>(manifestWorks);
    for (const { metadata } of items.filter((work) => clusters.includes(work.metadata.namespace ?? ''))) {
      await scene.client.delete(manifestWorks, { namespace: metadata.namespace, name: metadata.name });
    }
  }

  it('is recorded once, for all clusters together', async () => {
    await deleteWorks('a', 'b');
    await scene.reconcile();
    const [note = '', ...others] = notes();
    assert.match(
      note,
      /^Workload shop\/web is removed from a, b; Namespace shop is deleted there with everything in it/,
    );
    assert.deepEqual(others, []);
    await scene.reconcile();
    scene.restart();
    await scene.reconcile();
    assert.deepEqual(notes(), []);
  });

  it('is about the deployment', async () => {
    await deleteWorks('b');
    await scene.reconcile();
    const event = scene.client.writes.find(({ resource }) => resource === 'events')?.body;
    const { regarding, reason, type } = event as { regarding: object; reason: string; type: string };
    assert.deepEqual({ reason, type }, { reason: 'ClustersLeft', type: 'Warning' });
    assert.partialDeepStrictEqual(regarding, { kind: 'WorkloadDeployment', namespace: 'team', name: 'web' });
  });

  it('says that the ManifestWorkReplicaSet was deleted', async () => {
    const [set] = await scene.replicaSets();
    const { namespace, name = '' } = set?.metadata ?? {};
    await deleteWorks('a', 'b');
    await scene.client.delete(manifestWorkReplicaSets, { namespace, name });
    await scene.reconcile();
    assert.match(notes().join(), /: its ManifestWorkReplicaSet was deleted; mooring applies it again$/);
  });

  it('is not recorded when mooring replaces ManifestWorkReplicaSets, or for clusters that are added', async () => {
    await scene.ocm(['a', 'b', 'c']);
    await scene.reconcile();
    await scene.edit(environmentSpec({ topology: byop('hub', 'theirs') }));
    await scene.reconcile();
    await scene.reconcile();
    await scene.ocm(['c'], { at: 'theirs' });
    await scene.reconcile();
    await scene.reconcile();
    assert.deepEqual(notes(), []);
  });
});
