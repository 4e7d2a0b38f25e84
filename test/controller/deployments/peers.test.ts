import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import { createAppliedReplicaSets } from '../../../src/controller/deployments/applied-replica-sets.ts';
import { PeerFinder } from '../../../src/controller/deployments/peers.ts';
import type { Peer } from '../../../src/domain/spoke/change.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { kept, owned } from '../../support/lifecycle-topology.ts';
import type { SpokeState } from '../../../src/domain/spoke/spoke-state.ts';

let scene: DeploymentsScene;

/** Three deployments in namespace shop: `web` and `api` are applied, `late` is not. */
async function open(): Promise<PeerFinder> {
  scene = await deploymentsScene({ primary: environmentSpec({ lifecycle: owned }) }, [
    finalizedDeployment(),
    finalizedDeployment({ name: 'api', second: 1 }),
    finalizedDeployment({ name: 'late', second: 2 }),
  ]);
  for (const name of ['web', 'api']) await scene.reconcile(name);
  await scene.ocm(['a', 'b'], { pending: ['b'] });
  await scene.caughtUp();
  return new PeerFinder({
    ...scene.shared,
    tools: scene.tools,
    appliedReplicaSets: createAppliedReplicaSets(scene.caches),
    now: () => Date.parse('2026-01-01T00:01:00Z'),
    reservationMs: 300_000,
  });
}

const inShop = (lifecycle: SpokeState['lifecycle'] = owned): { desired: SpokeState } => ({
  desired: { namespace: 'shop', workloadName: 'ui', ...(lifecycle === undefined ? {} : { lifecycle }) },
});
const namesAndClusters = (peers: readonly Peer[]) => peers.map(({ name, appliedOn }) => [name, appliedOn]);

describe('the peers of a deployment', () => {
  afterEach(() => scene.stop());

  it('are those applied in the same namespace, by name, with the clusters on which they own it', async () => {
    const finder = await open();
    const peers = await finder.peersOf(finalizedDeployment({ name: 'ui', second: 3 }), [inShop()]);
    assert.deepEqual(namesAndClusters(peers), [
      ['api', ['a']],
      ['late', []],
      ['web', ['a']],
    ]);
    assert.ok(peers.every(({ visible }) => visible));
  });

  it('include neither younger deployments that are not applied nor the deployment itself', async () => {
    const finder = await open();
    const peers = await finder.peersOf(finalizedDeployment(), [inShop()]);
    assert.deepEqual(namesAndClusters(peers), [['api', ['a']]]);
  });

  it('do not include those in another namespace, and are not visible from another namespace on the hub', async () => {
    const finder = await open();
    const other = finalizedDeployment({ namespace: 'other', name: 'ui', second: 3 });
    assert.deepEqual(await finder.peersOf(other, [{ desired: { namespace: 'store', workloadName: 'ui' } }]), []);
    const peers = await finder.peersOf(other, [inShop()]);
    assert.deepEqual(
      peers.map(({ visible }) => visible),
      [false, false, false],
    );
  });

  it('own no namespace when they are terminating, but can still conflict', async () => {
    const finder = await open();
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    await scene.caughtUp();
    const peers = await finder.peersOf(finalizedDeployment(), [inShop()]);
    assert.deepEqual(namesAndClusters(peers), [['api', []]]);
  });

  it('have their desired state if that has the same ownership as the requested one', async () => {
    const finder = await open();
    await scene.edit(environmentSpec({ lifecycle: kept }));
    await scene.caughtUp();
    const lifecycleFor = async (requested: SpokeState['lifecycle']) => {
      const [api] = await finder.peersOf(finalizedDeployment(), [inShop(requested)]);
      return api?.state.lifecycle;
    };
    assert.deepEqual(await lifecycleFor(kept), kept);
    assert.deepEqual(await lifecycleFor(owned), owned);
  });

  it('are read live to find the terminating and deleted ones', async () => {
    const finder = await open();
    const peers = await finder.peersOf(finalizedDeployment({ name: 'ui', second: 3 }), [inShop()]);
    assert.deepEqual(namesAndClusters(await finder.findTerminating(peers)), []);
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    const gone: Peer = { namespace: 'team', name: 'gone', visible: true, state: inShop().desired };
    assert.deepEqual(namesAndClusters(await finder.findTerminating([...peers, gone])), [
      ['api', ['a']],
      ['gone', undefined],
    ]);
    scene.client.get = () => Promise.reject(new Error('not now'));
    await assert.rejects(finder.findTerminating(peers), /not now/);
  });
});
