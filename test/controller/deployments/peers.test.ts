import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import { createAppliedReplicaSets } from '../../../src/controller/deployments/applied-replica-sets.ts';
import { PeerFinder, lockPriority } from '../../../src/controller/deployments/peers.ts';
import type { Peer } from '../../../src/domain/spoke/change.ts';
import { deploymentsScene, heldDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { kept, owned } from '../../support/lifecycle-topology.ts';
import type { SpokeState } from '../../../src/domain/spoke/spoke-state.ts';

let scene: DeploymentsScene;

/** Three in namespace shop: `web` and `api` are applied, `late` is not. */
async function open(): Promise<PeerFinder> {
  scene = await deploymentsScene({ primary: environmentSpec({ lifecycle: owned }) }, [
    heldDeployment(),
    heldDeployment({ name: 'api', second: 1 }),
    heldDeployment({ name: 'late', second: 2 }),
  ]);
  for (const name of ['web', 'api']) await scene.turn(name);
  await scene.ocm(['a', 'b'], { pending: ['b'] });
  await scene.caughtUp();
  return new PeerFinder({ ...scene.shared, tools: scene.tools, works: createAppliedReplicaSets(scene.caches) });
}

const inShop = (lifecycle: SpokeState['lifecycle'] = owned): { desired: SpokeState } => ({
  desired: { namespace: 'shop', workloadName: 'ui', ...(lifecycle === undefined ? {} : { lifecycle }) },
});
const told = (peers: readonly Peer[]) => peers.map(({ name, appliedOn }) => [name, appliedOn]);

describe('who else is in the namespaces on the spokes', () => {
  afterEach(() => scene.stop());

  it('is whoever is applied there, by name, with the clusters where it keeps the namespace', async () => {
    const neighbourhood = await open();
    const around = await neighbourhood.peersOf(heldDeployment({ name: 'ui', second: 3 }), [inShop()]);
    assert.deepEqual(told(around), [
      ['api', ['a']],
      ['late', []],
      ['web', ['a']],
    ]);
    assert.ok(around.every(({ visible }) => visible));
  });

  it('is nobody who came later and is not applied, and not itself', async () => {
    const neighbourhood = await open();
    const around = await neighbourhood.peersOf(heldDeployment(), [inShop()]);
    assert.deepEqual(told(around), [['api', ['a']]]);
  });

  it('is nobody elsewhere, and named to nobody of another namespace on the hub', async () => {
    const neighbourhood = await open();
    const other = heldDeployment({ namespace: 'other', name: 'ui', second: 3 });
    assert.deepEqual(await neighbourhood.peersOf(other, [{ desired: { namespace: 'store', workloadName: 'ui' } }]), []);
    const around = await neighbourhood.peersOf(other, [inShop()]);
    assert.deepEqual(
      around.map(({ visible }) => visible),
      [false, false, false],
    );
  });

  it('keeps no namespace once it is going, and is there to meet', async () => {
    const neighbourhood = await open();
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    await scene.caughtUp();
    const around = await neighbourhood.peersOf(heldDeployment(), [inShop()]);
    assert.deepEqual(told(around), [['api', []]]);
  });

  it('is what it is about to be, where that is like what is asked about', async () => {
    const neighbourhood = await open();
    await scene.edit(environmentSpec({ lifecycle: kept }));
    await scene.caughtUp();
    const lifecycleOf = async (previouslyDesired: SpokeState['lifecycle']) => {
      const [api] = await neighbourhood.peersOf(heldDeployment(), [inShop(previouslyDesired)]);
      return api?.state.lifecycle;
    };
    assert.deepEqual(await lifecycleOf(kept), kept);
    assert.deepEqual(await lifecycleOf(owned), owned);
  });

  it('is looked at live for who is leaving: one that is going, and one that is gone', async () => {
    const neighbourhood = await open();
    const around = await neighbourhood.peersOf(heldDeployment({ name: 'ui', second: 3 }), [inShop()]);
    assert.deepEqual(told(await neighbourhood.terminatingAmong(around)), []);
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    const gone: Peer = { namespace: 'team', name: 'gone', visible: true, state: inShop().desired };
    assert.deepEqual(told(await neighbourhood.terminatingAmong([...around, gone])), [
      ['api', ['a']],
      ['gone', undefined],
    ]);
    scene.client.get = () => Promise.reject(new Error('not now'));
    await assert.rejects(neighbourhood.terminatingAmong(around), /not now/);
  });
});

describe('the rank of a deployment', () => {
  it('is its age, and of the same second its name', () => {
    const ranks = [{ name: 'b' }, { name: 'a', second: 1 }, { name: 'a' }].map((options) =>
      lockPriority(heldDeployment(options)),
    );
    assert.deepEqual(ranks.toSorted(), [ranks[2], ranks[0], ranks[1]]);
  });
});
