import assert from 'node:assert/strict';
import { workloadDeployments } from '../../src/api/kinds.ts';
import { manifestWorkReplicaSets, type ManifestWorkReplicaSet } from '../../src/api/ocm.ts';
import { createAppliedReplicaSets } from '../../src/controller/deployments/applied-replica-sets.ts';
import { isShownByCaches } from '../../src/controller/live-comparison.ts';
import { deploymentOf } from '../../src/domain/render/render-identity.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../support/deployments-scene.ts';
import { environmentSpec } from '../support/environment-edits.ts';
import { hide, pretend } from '../support/hidden-objects.ts';
import { owned } from '../support/lifecycle-topology.ts';

describe('the comparison of the caches with the hub', () => {
  let scene: DeploymentsScene;
  /** The lists since the scene began, as `resource selector`. */
  let lists: string[];
  let gets: string[];

  beforeEach(async () => {
    const deployments = ['web', 'api'].map((name, second) => finalizedDeployment({ name, second }));
    scene = await deploymentsScene({ primary: environmentSpec({ lifecycle: owned }) }, deployments);
    for (const name of ['web', 'api']) {
      await scene.reconcile(name);
      await scene.ocm(['a', 'b'], { of: name });
    }
    await scene.caughtUp();
    [lists, gets] = [[], []];
  });
  afterEach(() => scene.stop());

  const setOfApi = async () => {
    const sets = await scene.replicaSets();
    const found = sets.find((set) => deploymentOf(set) === 'team/api');
    return { namespace: found?.metadata.namespace ?? '', name: found?.metadata.name ?? '' };
  };

  /** Deletes the ManifestWorkReplicaSet of `api`, while the cache still shows this of it. */
  async function deleteUnseen(shown: (set: ManifestWorkReplicaSet) => ManifestWorkReplicaSet): Promise<void> {
    const { replicaSets } = scene.caches;
    const before = replicaSets.byIndex('deployment', 'team/api').map(shown);
    await scene.client.delete(manifestWorkReplicaSets, await setOfApi());
    await scene.caughtUp();
    const byIndex = replicaSets.byIndex.bind(replicaSets);
    replicaSets.byIndex = (index, key) => [
      ...byIndex(index, key),
      ...(['team/api', 'shop'].includes(key) ? before : []),
    ];
  }

  function compare({ thorough = true, namespaces = ['shop'] } = {}): Promise<boolean> {
    const client = {
      ...scene.client,
      list: ((resource, options) => {
        lists.push(`${resource.plural} ${options?.labelSelector}`);
        return scene.client.list(resource, options);
      }) as typeof scene.client.list,
      get: ((resource, key, options) => {
        gets.push(`${resource.plural} ${key.name}`);
        return scene.client.get(resource, key, options);
      }) as typeof scene.client.get,
    };
    const { caches } = scene;
    const appliedReplicaSets = createAppliedReplicaSets(caches);
    const compared = { namespaces, deployment: 'team/web', thorough };
    return isShownByCaches(compared, { client, caches, appliedReplicaSets });
  }

  it('costs one list before a write', async () => {
    assert.equal(await compare({ thorough: false }), true);
    assert.deepEqual(lists, ['manifestworkreplicasets spectrocloud.com/spoke-namespace in (shop,Various)']);
    assert.deepEqual(gets, []);
  });

  it('costs three lists before a deletion', async () => {
    assert.equal(await compare(), true);
    assert.equal(lists.length, 3);
    assert.equal(
      lists[1],
      'manifestworkreplicasets spectrocloud.com/deployment-hash,!spectrocloud.com/spoke-namespace',
    );
    assert.match(lists[2] ?? '', /^manifestworks work\S+\/manifestworkreplicaset in \(hub\.\S+,hub\.\S+\)$/);
    assert.deepEqual(gets, []);
  });

  it('costs two lists before a deletion if the other deployments in the namespace are being deleted too', async () => {
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    await scene.caughtUp();
    assert.equal(await compare(), true);
    assert.deepEqual([lists.length, gets.length], [2, 0]);
  });

  it('costs nothing without a namespace', async () => {
    assert.equal(await compare({ namespaces: [] }), true);
    assert.deepEqual(lists, []);
  });

  const lacks: [what: string, arrange: () => Promise<void>, isShown: { thorough: boolean; quick: boolean }][] = [
    ['no object', async () => undefined, { thorough: true, quick: true }],
    ['a deployment', async () => void hide(scene.caches.deployments, 'api'), { thorough: false, quick: false }],
    [
      'a deployment that was created again',
      async () =>
        void pretend(scene.caches.deployments, (found) =>
          found.metadata.name === 'api' ? { ...found, metadata: { ...found.metadata, uid: 'before' } } : found,
        ),
      { thorough: false, quick: false },
    ],
    [
      'a ManifestWorkReplicaSet',
      async () => void hide(scene.caches.replicaSets, (await setOfApi()).name),
      { thorough: false, quick: false },
    ],
    [
      'an edit of a ManifestWorkReplicaSet',
      async () => {
        const api = await setOfApi();
        const outdated = scene.caches.replicaSets.get(api.namespace, api.name);
        pretend(scene.caches.replicaSets, (found) => (found.metadata.name === api.name ? outdated : found));
        await scene.client.patch(manifestWorkReplicaSets, api, { spec: { placementRefs: [] } });
        await scene.caughtUp();
      },
      { thorough: false, quick: false },
    ],
    ['the deletion of a ManifestWorkReplicaSet', () => deleteUnseen((set) => set), { thorough: false, quick: false }],
    [
      'a ManifestWork on another cluster',
      async () =>
        void pretend(scene.caches.manifestWorks, (found) => (found.metadata.namespace === 'b' ? undefined : found)),
      { thorough: false, quick: true },
    ],
  ];
  for (const [what, arrange, expected] of lacks) {
    it(`finds that a cache lacks ${what}`, async () => {
      await arrange();
      assert.equal(await compare(), expected.thorough);
      assert.equal(await compare({ thorough: false }), expected.quick);
    });
  }

  it('finds what an earlier version has written without the label, before a deletion', async () => {
    const api = await setOfApi();
    await scene.client.patch(manifestWorkReplicaSets, api, {
      metadata: { labels: { 'spectrocloud.com/spoke-namespace': null } },
    });
    await scene.caughtUp();
    assert.equal(await compare(), true);
    hide(scene.caches.replicaSets, api.name);
    assert.equal(await compare(), false);
    assert.equal(await compare({ thorough: false }), true);
  });

  it('does not wait for the event that ends a terminating ManifestWorkReplicaSet', async () => {
    await deleteUnseen((set) => ({
      ...set,
      metadata: { ...set.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    }));
    assert.equal(await compare(), true);
  });

  it('ignores a ManifestWorkReplicaSet whose deployment does not exist', async () => {
    await scene.client.patch(
      workloadDeployments,
      { namespace: 'team', name: 'api' },
      { metadata: { finalizers: null } },
    );
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    await scene.caughtUp();
    assert.equal(await compare(), true);
    assert.deepEqual(gets, ['workloaddeployments api']);
  });

  it('compares many ManifestWorkReplicaSets in several lists', async () => {
    const [first] = (await scene.replicaSets()).filter((set) => deploymentOf(set) === 'team/api');
    for (let count = 0; count < 60; count += 1) {
      const metadata = { ...first?.metadata, name: `more-${count}`, uid: `more-${count}` };
      await scene.client.create(manifestWorkReplicaSets, { ...first, metadata });
    }
    await scene.caughtUp();
    assert.equal(await compare(), true);
    assert.equal(lists.filter((list) => list.startsWith('manifestworks ')).length, 2);
  });

  it('finds nothing where the kinds of OCM are not installed, and fails where that is not certain', async () => {
    const notFound = new ApiError('not found', { code: 404, reason: 'NotFound' });
    scene.client.list = () => Promise.reject(notFound);
    await assert.rejects(compare(), notFound);
    scene.caches.replicaSets.isNotServed = () => Promise.resolve(true);
    assert.equal(await compare(), true);
  });
});
