import assert from 'node:assert/strict';
import { manifestWorks, replicaSetLabel } from '../../../src/api/ocm.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { guest, owned } from '../../support/lifecycle-topology.ts';

describe('an OCM that hashes the label of ManifestWorks which names their owner', () => {
  let scene: DeploymentsScene;
  afterEach(() => scene.stop());

  async function relabelled(): Promise<void> {
    scene = await deploymentsScene({ primary: environmentSpec({ lifecycle: owned }) }, [finalizedDeployment()]);
    await scene.reconcile();
    await scene.ocm();
    await scene.reconcile();
    assert.equal(await scene.reason(), 'Applied');
    const { items } = await scene.client.list(manifestWorks);
    assert.equal(items.length, 2);
    for (const { metadata } of items) {
      const labels = { [replicaSetLabel]: sha256(metadata.labels?.[replicaSetLabel] ?? '').slice(0, 63) };
      await scene.client.patch(
        manifestWorks,
        { namespace: metadata.namespace, name: metadata.name },
        { metadata: { labels } },
      );
    }
    await scene.caughtUp();
  }

  it('is not taken for one that has no ManifestWorks: the namespace is still protected', async () => {
    await relabelled();
    await scene.edit(environmentSpec({ lifecycle: guest }));
    scene.hubWrites();
    await scene.reconcile();
    assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted');
    assert.deepEqual(scene.hubWrites(), []);
  });

  it('is noticed: the deployment is not said to be applied, and the works are reported as missing', async () => {
    await relabelled();
    await scene.reconcile();
    const { status } = await scene.stored();
    const applied = status?.conditions?.find(({ type }) => type === 'Applied');
    assert.equal(applied?.status, 'False');
    assert.deepEqual(status?.worksMissingOn, ['a', 'b']);
  });
});
