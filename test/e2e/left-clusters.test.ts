import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { createNamespace, eventually, apply, kubectlOk } from '../support/hub.ts';
import { openHubNamespace } from '../support/hub-namespace.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';

const tier = 'left-clusters-tier';

describe('a deployment that loses clusters behind the back of mooring', function () {
  this.timeout(120_000);
  let namespace = '';

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('left-clusters');
    await kubectlOk(['label', '--overwrite', 'managedcluster', 'spoke1', 'spoke2', `${tier}=gold`]);
    const labelSelector = { matchLabels: { [tier]: 'gold' } };
    const placement = { predicates: [{ requiredClusterSelector: { labelSelector } }] };
    // Its own hub namespace, so that the binding can be deleted without effect on other tests.
    await openHubNamespace(namespace, '--cluster-set', 'global');
    const topology = { type: 'topology-ocm', properties: { hubNamespace: namespace, placement } };
    const { code, stderr } = await apply(
      manifest(environment(namespace, { topology }), profile(namespace), deployment(namespace)),
    );
    assert.equal(code, 0, stderr);
    await settled();
  });
  after(async () => {
    await kubectlOk(['label', 'managedcluster', 'spoke1', 'spoke2', `${tier}-`]);
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  /** Waits until the Workload is applied on both spokes. */
  async function settled() {
    await eventually('it is applied on both spokes', async () => {
      const { status } = await waitUntilApplied(namespace);
      return status?.selectedClusters?.length === 2 && status.pendingClusters?.length === 0;
    });
  }

  /** The notes of the Events of the deployment. */
  async function notes(): Promise<string[]> {
    const args = ['get', 'events.v1.events.k8s.io', '-n', namespace, '-o', 'json'];
    const { items }: { items: (KubeObject & { note: string; reason: string })[] } = JSON.parse(await kubectlOk(args));
    return items.filter(({ reason }) => reason === 'ClustersLeft').map(({ note }) => note);
  }

  const isDeletedThere = `Workload \\S+/web is removed from (spoke1|spoke2|spoke1, spoke2); Namespace \\S+ is deleted there with everything in it`;

  async function expectEvent(what: string, lose: () => Promise<unknown>, why: RegExp): Promise<void> {
    const before = new Set(await notes());
    const count = before.size;
    await lose();
    const added = await eventually(what, async () => {
      const all = await notes();
      return all.length > count ? all.filter((note) => !before.has(note)) : undefined;
    });
    for (const note of added) {
      assert.match(note, new RegExp(`^${isDeletedThere}`));
      assert.match(note, why);
    }
  }

  it('gets an Event when the label of a cluster is removed', async () => {
    const unlabel = () => kubectlOk(['label', 'managedcluster', 'spoke1', `${tier}-`]);
    await expectEvent(
      'the label is gone',
      unlabel,
      /removed from spoke1; .*: OCM does not select the cluster any more/,
    );
    await kubectlOk(['label', 'managedcluster', 'spoke1', `${tier}=gold`]);
    await settled();
  });

  it('gets an Event when somebody deletes a ManifestWork', async () => {
    const label = 'work.open-cluster-management.io/manifestworkreplicaset';
    const found = await kubectlOk(['get', 'manifestwork', '-n', 'spoke2', '-l', label, '-o', 'name']);
    const own = await Promise.all(
      found
        .split('\n')
        .filter(Boolean)
        .map(async (name) => ({
          name,
          text: await kubectlOk(['get', name, '-n', 'spoke2', '-o', 'jsonpath={.spec}']),
        })),
    );
    const [work] = own.filter(({ text }) => text.includes(namespace));
    const remove = () => kubectlOk(['delete', work?.name ?? assert.fail(), '-n', 'spoke2']);
    await expectEvent('the ManifestWork is gone', remove, /removed from spoke2; .*somebody deleted the ManifestWork/);
    await settled();
  });

  it('gets an Event when the set of its clusters is unbound', async () => {
    const unbind = () => kubectlOk(['delete', 'managedclustersetbinding', 'global', '-n', namespace]);
    await expectEvent(
      'the set is unbound',
      unbind,
      /OCM does not select the cluster any more, because .*ManagedClusterSetBinding/,
    );
    await openHubNamespace(namespace, '--cluster-set', 'global');
    await settled();
  });

  it('gets an Event when somebody deletes the ManifestWorkReplicaSet, and few of them', async () => {
    const remove = () => kubectlOk(['delete', 'mwrs', '--all', '-n', namespace]);
    const why = /its ManifestWorkReplicaSet was deleted; mooring applies it again/;
    await expectEvent('the ManifestWorkReplicaSet is gone', remove, why);
    await settled();
    const all = await notes();
    // Two clusters are lost three times, each of them alone at worst.
    assert.ok(all.length <= 6, all.join('\n'));
  });
});
