import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import { apply, eventually, createNamespace, getObject, kubectl, kubectlOk, sharedHub } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { waitUntilApplied, deleteSpokeNamespaces, waitForReadiness, deleteTestObjects } from '../support/tenant.ts';
import { waitUntilQuiet } from '../support/resource-versions.ts';

describe('an edit of an Environment', function () {
  this.timeout(120_000);
  let namespace: string;
  const theEnvironment = () => ['environment', 'primary', '-n', namespace];
  const numbersRecorded = async () => {
    const selector = 'spectrocloud.com/kind=Environment,spectrocloud.com/name=primary';
    const args = ['get', 'definitionrevisions', '-n', namespace, '-l', selector, '-o', 'json'];
    const { items }: { items: DefinitionRevision[] } = JSON.parse(await kubectlOk(args));
    return items.map(({ spec }) => spec.revision).toSorted((a, b) => a - b);
  };
  const recorded = (revision: number) =>
    eventually(`revision ${revision} is recorded`, async () => {
      const found = await getObject<Environment>(theEnvironment());
      return found?.status?.revision === revision ? found : undefined;
    });

  before(async () => {
    namespace = await createNamespace('edits');
    assert.equal((await apply(manifest(environment(namespace)))).code, 0);
  });
  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace, `${namespace}-pinned`);
  });

  it('is not necessary for readiness: without a deployment there is a probe Placement', async () => {
    const { status } = await waitForReadiness('Ready', namespace);
    assert.equal(status?.placements?.length, 1);
    assert.match(status.placements[0]?.name ?? '', /^probe-primary-/);
  });

  it('makes revision 2, which the deployment with a floating ref uses and the pinned one does not', async () => {
    const pinned = deployment(namespace, {
      name: 'pinned',
      environmentRef: 'primary@v1',
      spokeNamespace: `${namespace}-pinned`,
    });
    const ran = await apply(manifest(profile(namespace), deployment(namespace), pinned));
    assert.equal(ran.code, 0, ran.stderr);
    await Promise.all([waitUntilApplied(namespace), waitUntilApplied(namespace, 'pinned')]);

    const edited = await apply(manifest(environment(namespace, { placement: { numberOfClusters: 2 } })));
    assert.equal(edited.code, 0, edited.stderr);
    // Until OCM has selected clusters for the changed Placement, the old selection is applied.
    await eventually('the deployment with a floating ref is on two clusters', async () => {
      const floating = await waitUntilApplied(namespace, 'web', 2);
      return floating.status?.selectedClusters?.join() === 'spoke1,spoke2';
    });
    const [pinnedDeployment, evaluated] = await Promise.all([
      waitUntilApplied(namespace, 'pinned', 1),
      waitForReadiness('Ready', namespace),
    ]);
    assert.equal(pinnedDeployment.status?.selectedClusters?.length, 1);
    assert.equal(evaluated.status?.requiredClusters, 2);
    assert.deepEqual(await numbersRecorded(), [1, 2]);
    for (const on of Object.keys((await sharedHub()).spokes)) {
      assert.notEqual(await getObject(['workload', 'web', '-n', namespace], on), undefined, on);
    }
  });

  it('records the content as it was admitted', async () => {
    const of = ['definitionrevision', 'environment.primary.v1', '-n', namespace];
    const first = await getObject<DefinitionRevision>(of);
    // Defaults of `lifecycle` are recorded, so that a revision means the same after an upgrade.
    const lifecycle = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
    assert.deepEqual(first?.spec.object['spec'], environment(namespace, { lifecycle }).spec);
  });

  it('may be a label', async () => {
    await kubectlOk(['label', ...theEnvironment(), 'tier=gold']);
    await recorded(3);
    assert.deepEqual(await numbersRecorded(), [1, 2, 3]);
  });

  it('may be an annotation', async () => {
    await kubectlOk(['annotate', ...theEnvironment(), 'mooring.test/owner=platform']);
    const { metadata } = await recorded(4);
    assert.equal(metadata.annotations?.['spectrocloud.com/revision'], '4');
    await waitUntilApplied(namespace, 'web', 4);
  });

  it('is not a change of an annotation that another tool uses for bookkeeping', async () => {
    await kubectlOk(['annotate', ...theEnvironment(), 'argocd.argoproj.io/refresh=hard']);
    await waitUntilQuiet();
    assert.deepEqual(await numbersRecorded(), [1, 2, 3, 4]);
  });

  it('is not a change of the status, which the roles correct again', async () => {
    const patch = JSON.stringify({ status: { status: 'NotReady', totalSelectedClusters: 77 } });
    await kubectlOk(['patch', ...theEnvironment(), '--subresource=status', '--type=merge', '-p', patch]);
    const { status, metadata } = await eventually('the status is correct again', async () => {
      const now = await waitForReadiness('Ready', namespace);
      return now.status?.totalSelectedClusters === 2 ? now : undefined;
    });
    assert.equal(status?.revision, 4);
    assert.equal(metadata.annotations?.['spectrocloud.com/revision'], '4');
    assert.deepEqual(await numbersRecorded(), [1, 2, 3, 4]);
  });

  it('is recorded also if the next edit follows at once', async () => {
    for (const round of ['a', 'b', 'c'])
      await kubectlOk(['label', ...theEnvironment(), '--overwrite', `round=${round}`]);
    await recorded(7);
    assert.deepEqual(await numbersRecorded(), [1, 2, 3, 4, 5, 6, 7]);
  });

  it('does not make the readiness change', async () => {
    const { kubeconfig } = await sharedHub();
    const watch = kubectl(
      ['get', ...theEnvironment(), '--watch', '-o', 'jsonpath={.status.status}{"\\n"}', '--request-timeout=8s'],
      {
        on: kubeconfig,
      },
    );
    const ran = await apply(manifest(environment(namespace, { placement: { numberOfClusters: 1 } })));
    assert.equal(ran.code, 0, ran.stderr);
    await recorded(8);
    await waitUntilApplied(namespace, 'web', 8);
    const verdicts = new Set((await watch).stdout.trim().split('\n'));
    assert.deepEqual([...verdicts], ['Ready']);
    const { status } = await waitForReadiness('Ready', namespace);
    assert.equal(status?.requiredClusters, 1);
    await eventually('the deployment has left one cluster', async () => {
      const floating = await waitUntilApplied(namespace, 'web', 8);
      return floating.status?.selectedClusters?.length === 1;
    });
  });
});
