import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { environments, workloadDeployments } from '../../../src/api/kinds.ts';
import type { JsonObject } from '../../../src/api/object.ts';
import { placements } from '../../../src/api/ocm.ts';
import type { EffectiveLifecycle, WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { createAppliedReplicaSets } from '../../../src/controller/deployments/applied-replica-sets.ts';
import { ApplyGuard } from '../../../src/controller/deployments/apply-guard.ts';
import type { Severities } from '../../../src/domain/admission/rule.ts';
import { deploymentsScene, heldDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { guest, kept, owned } from '../../support/lifecycle-topology.ts';
import { byop } from '../../support/manifests.ts';

const acknowledge = 'spectrocloud.com/acknowledge';
const acknowledgedRevision = 'spectrocloud.com/acknowledged-revision';

const as = (lifecycle: EffectiveLifecycle): JsonObject => environmentSpec({ lifecycle });
/** One Environment for each lifecycle, so that deployments of different ones can meet. */
const allWays = { owned: as(owned), kept: as(kept), guest: as(guest) };

let scene: DeploymentsScene;
const open = async (...args: Parameters<typeof deploymentsScene>) => (scene = await deploymentsScene(...args));

/** A scene where deployment `web` is applied on clusters a and b. */
async function applied(
  spec: JsonObject,
  options: Partial<Parameters<typeof heldDeployment>[0]> = {},
  severities: Severities = {},
) {
  await open({ primary: spec }, [heldDeployment(options)], { severities });
  await scene.turn();
  await scene.ocm();
  await scene.turn();
  assert.equal(await scene.reason(), 'Applied');
  scene.hubWrites();
}

describe('the second line of the lifecycle rules', () => {
  afterEach(() => scene.stop());

  describe('a namespace that would leave the work (H1)', () => {
    it('stays, and so does all that is applied', async () => {
      await applied(as(owned));
      const observed = await scene.works();
      await scene.edit(as(guest));
      assert.deepEqual(await scene.turn(), { requeueAfterMs: 10_000 });
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted');
      assert.deepEqual(scene.hubWrites(), []);
      assert.deepEqual(await scene.works(), observed);
    });

    it('may leave once the rule that keeps it is applied everywhere, and not before', async () => {
      await applied(as(owned));
      await scene.edit(as(kept));
      await scene.turn();
      await scene.ocm(['a', 'b'], { pending: ['b'] });
      await scene.edit(as(guest));
      await scene.turn();
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted', 'the agent of b has not heard of it');
      await scene.ocm();
      await scene.turn();
      assert.equal(await scene.reason(), 'Applying');
      await scene.ocm();
      await scene.turn();
      assert.equal(await scene.reason(), 'Applied');
    });

    it('may leave where nothing is', async () => {
      await open({ primary: as(owned) }, [heldDeployment()]);
      await scene.turn();
      await scene.ocm([]);
      await scene.edit(as(guest));
      scene.hubWrites();
      await scene.turn();
      assert.deepEqual(scene.hubWrites(), ['apply placements', 'apply manifestworkreplicasets']);
    });

    it('stays where works are still being made for clusters that are selected', async () => {
      await open({ primary: as(owned) }, [heldDeployment()]);
      await scene.turn();
      const [placement] = (await scene.client.list(placements)).items;
      const key = { namespace: 'hub', name: placement?.metadata.name ?? '' };
      const status = { numberOfSelectedClusters: 2 };
      await scene.client.patch(placements, key, { status }, { subresource: 'status' });
      await scene.edit(as(guest));
      await scene.turn();
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted');
    });

    it('dies with a Workload that moves to another one', async () => {
      await applied(as(owned));
      const moved = heldDeployment({ spokeNamespace: 'store' }).spec;
      await scene.client.patch(
        workloadDeployments,
        { namespace: 'team', name: 'web' },
        { spec: JSON.parse(JSON.stringify(moved)) },
      );
      scene.hubWrites();
      await scene.turn();
      assert.equal(await scene.reason(), 'WorkloadsWouldMove');
      assert.deepEqual(scene.hubWrites(), []);
    });
  });

  describe('two deployments in one namespace (H2, H3)', () => {
    const pairs: { first: keyof typeof allWays; second: keyof typeof allWays; held: boolean; why: string }[] = [
      { first: 'owned', second: 'kept', held: true, why: 'one that orphans holds no ownership (H2)' },
      { first: 'kept', second: 'owned', held: true, why: 'the same the other way round' },
      { first: 'owned', second: 'guest', held: true, why: 'the guest would go with its host (H3)' },
      { first: 'guest', second: 'owned', held: true, why: 'the same the other way round' },
      { first: 'owned', second: 'owned', held: false, why: 'two owners keep it alive (H4)' },
      { first: 'kept', second: 'guest', held: false, why: 'nobody owns it' },
    ];
    for (const { first, second, held, why } of pairs) {
      it(`${held ? 'holds' : 'lets through'} ${second} where ${first} is applied: ${why}`, async () => {
        await open(allWays, [
          heldDeployment({ environmentRef: first }),
          heldDeployment({ name: 'api', environmentRef: second, second: 1 }),
        ]);
        await scene.turn();
        await scene.ocm();
        await scene.turn();
        scene.hubWrites();
        await scene.turn('api');
        assert.equal(await scene.reason('api'), held ? 'NamespaceLifecycleConflict' : 'NoClustersSelected');
        assert.equal(scene.hubWrites().length, held ? 0 : 2);
        assert.equal(await scene.reason(), 'Applied');
      });
    }

    it('sees what was written a moment ago, before any cache knows of it', async () => {
      await open(allWays, [
        heldDeployment({ environmentRef: 'owned' }),
        heldDeployment({ name: 'api', environmentRef: 'guest', second: 1 }),
      ]);
      await Promise.all([scene.turn('api'), scene.turn()]);
      const reasons = [await scene.reason(), await scene.reason('api')];
      assert.deepEqual(reasons, ['NoClustersSelected', 'NamespaceLifecycleConflict']);
    });

    it('lets one through that is on other clusters, and holds it where it has not been placed', async () => {
      const other = heldDeployment({ name: 'api', environmentRef: 'guest', second: 1 });
      for (const { selected, held } of [
        { selected: ['c'], held: false },
        { selected: ['b', 'c'], held: true },
        { selected: [], held: true },
      ]) {
        await open(allWays, [heldDeployment({ environmentRef: 'owned' }), other], { selected });
        await scene.turn();
        await scene.ocm(['a', 'b']);
        await scene.turn('api');
        assert.equal(await scene.reason('api'), held ? 'NamespaceLifecycleConflict' : 'NoClustersSelected');
        await scene.stop();
      }
    });

    it('judges one that goes to another Environment by where that selects', async () => {
      const dev = heldDeployment({ name: 'api', environmentRef: 'kept', second: 1 });
      await open(allWays, [heldDeployment({ environmentRef: 'owned' }), dev], { selected: ['a'] });
      await scene.turn();
      await scene.ocm(['a']);
      await scene.client.patch(
        environments,
        { namespace: 'team', name: 'kept' },
        { status: { selectedClusters: ['z'] } },
        { subresource: 'status' },
      );
      await scene.turn('api');
      await scene.ocm(['z'], { of: 'api' });
      await scene.turn('api');
      assert.equal(await scene.reason('api'), 'Applied', 'on other clusters nobody is in its way');
      const spec = { environmentRef: { name: 'guest' } };
      await scene.client.patch(workloadDeployments, { namespace: 'team', name: 'api' }, { spec });
      await scene.turn('api');
      assert.equal(await scene.reason('api'), 'NamespaceLifecycleConflict');
    });

    it('holds one as long as the works of one that is going are there', async () => {
      await open(allWays, [
        heldDeployment({ environmentRef: 'owned' }),
        heldDeployment({ name: 'api', environmentRef: 'guest', second: 1 }),
      ]);
      await scene.turn();
      await scene.ocm();
      await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'web' });
      await scene.turn('api');
      assert.equal(await scene.reason('api'), 'NamespaceLifecycleConflict');
      for (let count = 0; count < 3; count += 1) await scene.turn();
      assert.deepEqual(await scene.works(), []);
      await scene.turn('api');
      assert.equal(await scene.reason('api'), 'NoClustersSelected');
    });

    const noKeepers: { why: string; prepare: () => Promise<unknown> }[] = [
      {
        why: 'is going',
        prepare: async () => {
          await scene.turn('api');
          await scene.ocm();
          await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
        },
      },
      { why: 'is about to come', prepare: () => Promise.resolve() },
    ];
    for (const { why, prepare } of noKeepers) {
      it(`never counts on an owner who ${why} to keep a namespace that the last one leaves`, async () => {
        await open({ primary: as(owned) }, [heldDeployment({ second: 1 }), heldDeployment({ name: 'api' })]);
        await scene.turn();
        await scene.ocm();
        await scene.turn();
        await prepare();
        const { spec } = heldDeployment({ spokeNamespace: 'store' });
        await scene.client.patch(
          workloadDeployments,
          { namespace: 'team', name: 'web' },
          { spec: JSON.parse(JSON.stringify(spec)) },
        );
        scene.hubWrites();
        await scene.turn();
        assert.equal(await scene.reason(), 'WorkloadsWouldMove');
        assert.deepEqual(scene.hubWrites(), []);
      });
    }
  });

  describe('a move to another Environment', () => {
    const of = (clusters: number) => environmentSpec({ lifecycle: owned, placement: { numberOfClusters: clusters } });
    const rows = [
      { selected: ['z'], to: 3, held: true, why: 'the namespace would go from the clusters that are left' },
      { selected: ['a', 'b', 'z'], to: 3, held: false, why: 'no cluster is left' },
      { selected: [], to: 3, held: true, why: 'as long as it selects nothing, every cluster would be left' },
      { selected: ['z'], to: 2, held: false, why: 'the Placement stays as it is' },
    ];
    for (const { selected, to, held, why } of rows) {
      it(`${held ? 'is held' : 'goes through'}: ${why}`, async () => {
        await open({ near: of(2), far: of(to) }, [heldDeployment({ environmentRef: 'near' })]);
        await scene.turn();
        await scene.ocm(['a', 'b']);
        await scene.turn();
        const subresource = { subresource: 'status' };
        const status = { selectedClusters: selected };
        await scene.client.patch(environments, { namespace: 'team', name: 'far' }, { status }, subresource);
        const spec = { environmentRef: { name: 'far' } };
        await scene.client.patch(workloadDeployments, { namespace: 'team', name: 'web' }, { spec });
        scene.hubWrites();
        await scene.turn();
        assert.equal((await scene.reason()) === 'WorkloadsWouldMove', held);
        assert.equal(scene.hubWrites().length === 0, held);
      });
    }

    it('is held for nobody who keeps his namespace, nor for a Placement that is edited', async () => {
      const keeping = environmentSpec({ lifecycle: kept, placement: { numberOfClusters: 2 } });
      await applied(keeping);
      await scene.edit(environmentSpec({ lifecycle: kept, placement: { numberOfClusters: 1 } }));
      await scene.turn();
      assert.deepEqual(scene.hubWrites(), ['apply placements', 'apply manifestworkreplicasets']);
    });
  });

  describe('two deployments of one Workload', () => {
    it('holds the second', async () => {
      await open({ primary: as(owned) }, [
        heldDeployment(),
        heldDeployment({ name: 'api', workload: 'web', second: 1 }),
      ]);
      await scene.turn();
      scene.hubWrites();
      await scene.turn('api');
      assert.equal(await scene.reason('api'), 'WorkloadConflict');
      assert.deepEqual(scene.hubWrites(), []);
    });
  });

  describe('of two that are not applied yet', () => {
    const two = (old: Parameters<typeof heldDeployment>[0] = {}) => [
      heldDeployment({ name: 'old', workload: 'web', ...old }),
      heldDeployment({ name: 'young', workload: 'web', second: 1 }),
    ];

    it('the older one goes first, whoever comes first', async () => {
      await open({ primary: as(owned) }, two());
      await scene.turn('young');
      assert.equal(await scene.reason('young'), 'WorkloadConflict');
      assert.deepEqual(scene.hubWrites(), []);
      await scene.turn('old');
      assert.equal(await scene.reason('old'), 'NoClustersSelected');
      assert.equal((await scene.works()).length, 1);
    });

    it('only one goes, where both were held and are let go at the same time', async () => {
      const notApplied = 'WorkloadConflict';
      await open({ primary: as(owned) }, [
        heldDeployment({ name: 'old', workload: 'web', notApplied }),
        heldDeployment({ name: 'young', workload: 'web', notApplied, second: 1 }),
      ]);
      const apply = scene.client.apply.bind(scene.client);
      scene.client.apply = async (resource, object, options) => {
        await sleep(5);
        return apply(resource, object, options);
      };
      await Promise.all([scene.turn('young'), scene.turn('old')]);
      assert.equal((await scene.works()).length, 1);
      const reasons = [await scene.reason('old'), await scene.reason('young')];
      assert.deepEqual(new Set(reasons), new Set(['NoClustersSelected', 'WorkloadConflict']));
    });

    it('an older one that anything holds, or that is going, is not waited for', async () => {
      const held: [string, WorkloadDeployment][] = [
        ['it has no Environment', heldDeployment({ name: 'old', workload: 'web', environmentRef: 'missing' })],
        ['its name is taken', heldDeployment({ name: 'old', workload: 'web', notApplied: 'NameTaken' })],
        ['a rule holds it', heldDeployment({ name: 'old', workload: 'web', notApplied: 'NamespaceLifecycleConflict' })],
        [
          'it is going',
          heldDeployment({ name: 'old', workload: 'web', metadata: { deletionTimestamp: '2026-01-01T00:00:30Z' } }),
        ],
      ];
      for (const [why, old] of held) {
        await open({ primary: as(owned) }, [old, heldDeployment({ name: 'young', workload: 'web', second: 1 })]);
        await scene.turn('young');
        assert.equal(await scene.reason('young'), 'NoClustersSelected', why);
        await scene.stop();
      }
    });
  });

  describe('followers of one Environment', () => {
    const names = ['web', 'api', 'ui'];
    /** Three followers that are applied in the same namespace. */
    async function three(spec: JsonObject) {
      await open(
        { primary: spec, other: spec },
        names.map((name, second) => heldDeployment({ name, second })),
      );
      for (const name of names) await scene.turn(name);
      await scene.ocm();
      for (const name of names) await scene.turn(name);
    }

    it('all go from owner to orphan, one after the other', async () => {
      await three(as(owned));
      await scene.edit(as(kept));
      for (const name of names.toReversed()) {
        scene.hubWrites();
        await scene.turn(name);
        assert.deepEqual([await scene.reason(name), scene.hubWrites().length > 0], ['Applying', true]);
      }
    });

    it('all go back, too', async () => {
      await three(as(kept));
      await scene.edit(as(owned));
      for (const name of names) {
        await scene.turn(name);
        assert.equal(await scene.reason(name), 'Applying');
      }
    });

    it('none goes where one of them stays behind', async () => {
      await three(as(owned));
      await scene.client.patch(
        workloadDeployments,
        { namespace: 'team', name: 'ui' },
        { spec: { environmentRef: { name: 'other' } } },
      );
      await scene.turn('ui');
      await scene.ocm();
      await scene.edit(as(kept));
      scene.hubWrites();
      for (const name of ['web', 'api']) {
        await scene.turn(name);
        assert.equal(await scene.reason(name), 'NamespaceLifecycleConflict');
      }
      assert.deepEqual(scene.hubWrites(), []);
    });

    it('none leaves the last namespace behind because another one still owns it', async () => {
      await three(as(owned));
      await scene.edit(as(guest));
      scene.hubWrites();
      for (const name of names) {
        await scene.turn(name);
        assert.equal(await scene.reason(name), 'NamespaceWouldBeDeleted');
      }
      assert.deepEqual(scene.hubWrites(), []);
    });
  });

  describe('an acknowledgement', () => {
    const rows: { why: string; own?: string; spent?: string; environment?: Record<string, string>; passes: boolean }[] =
      [
        { why: 'on the deployment', own: 'NamespaceWouldBeDeleted', passes: true },
        { why: 'among others', own: 'InUse, NamespaceWouldBeDeleted', passes: true },
        { why: 'of another rule', own: 'WorkloadConflict', passes: false },
        { why: 'that is spent', own: 'NamespaceWouldBeDeleted', spent: 'NamespaceWouldBeDeleted', passes: false },
        {
          why: 'that was changed since one was spent',
          own: 'NamespaceWouldBeDeleted',
          spent: 'WorkloadConflict',
          passes: true,
        },
        {
          why: 'on the Environment for this revision',
          environment: { [acknowledge]: 'NamespaceWouldBeDeleted', [acknowledgedRevision]: '2' },
          passes: true,
        },
        {
          why: 'on the Environment for the revision before',
          environment: { [acknowledge]: 'NamespaceWouldBeDeleted', [acknowledgedRevision]: '1' },
          passes: false,
        },
        {
          why: 'on the Environment for no revision',
          environment: { [acknowledge]: 'NamespaceWouldBeDeleted' },
          passes: false,
        },
      ];
    for (const { why, own, spent, environment = {}, passes } of rows) {
      it(`${passes ? 'lets a write through' : 'counts for nothing'}: ${why}`, async () => {
        await applied(as(owned));
        const key = { namespace: 'team', name: 'web' };
        if (own !== undefined) {
          await scene.client.patch(workloadDeployments, key, { metadata: { annotations: { [acknowledge]: own } } });
        }
        if (spent !== undefined) {
          await scene.client.patch(
            workloadDeployments,
            key,
            { status: { acknowledged: spent } },
            { subresource: 'status' },
          );
        }
        await scene.edit(as(guest), { annotations: environment });
        await scene.turn();
        assert.equal(await scene.reason(), passes ? 'Applying' : 'NamespaceWouldBeDeleted');
      });
    }

    it('on a deployment is spent once what it was given for is applied everywhere', async () => {
      await applied(as(owned), { metadata: { annotations: { [acknowledge]: 'NamespaceWouldBeDeleted' } } });
      assert.equal((await scene.stored()).status?.acknowledged, 'NamespaceWouldBeDeleted');
      await scene.edit(as(guest));
      await scene.turn();
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted', 'it was there for something else');
    });

    for (const severity of ['off', 'warn'] as const) {
      it(`is not needed where the rule is set to ${severity}`, async () => {
        await applied(as(owned), {}, { NamespaceWouldBeDeleted: severity });
        await scene.edit(as(guest));
        await scene.turn();
        assert.equal(await scene.reason(), 'Applying');
      });
    }
  });

  describe('works that are replaced (H8)', () => {
    const on = (placement: string) => environmentSpec({ topology: byop('hub', placement) });
    const refs = async () =>
      (await scene.works()).map(({ spec }) => spec.placementRefs.map(({ name }) => name).join()).toSorted();
    const served = (at: string, clusters: string[], pending: string[] = []) => scene.ocm(clusters, { at, pending });

    it('go when those that replace them are applied on every cluster', async () => {
      await applied(on('gpu'));
      await scene.edit(on('cpu'));
      await scene.turn();
      assert.deepEqual(await refs(), ['cpu', 'gpu']);
      await served('cpu', ['a', 'b'], ['b']);
      await scene.turn();
      assert.deepEqual([await scene.reason(), await refs()], ['Applying', ['cpu', 'gpu']]);
      await served('cpu', ['a', 'b']);
      await scene.turn();
      assert.deepEqual([await scene.reason(), await refs()], ['RemovingOld', ['cpu']]);
      await scene.turn();
      assert.equal(await scene.reason(), 'Applied');
    });

    it('stay where a cluster that is left would lose an owned namespace', async () => {
      await applied(on('gpu'));
      await scene.edit(on('cpu'));
      await scene.turn();
      await served('cpu', ['b', 'c']);
      scene.hubWrites();
      assert.deepEqual(await scene.turn(), { requeueAfterMs: 10_000 });
      assert.deepEqual([await scene.reason(), await refs()], ['WorkloadsWouldMove', ['cpu', 'gpu']]);
      assert.deepEqual(scene.hubWrites(), []);
    });

    it('go from a cluster where another deployment owns the namespace too', async () => {
      await open({ primary: on('gpu'), other: as(owned) }, [
        heldDeployment(),
        heldDeployment({ name: 'api', environmentRef: 'other', second: 1 }),
      ]);
      for (const name of ['web', 'api']) await scene.turn(name);
      await scene.ocm();
      for (const name of ['web', 'api']) await scene.turn(name);
      await scene.edit(on('cpu'));
      await scene.turn();
      await served('cpu', ['b']);
      await scene.turn();
      assert.equal(await scene.reason(), 'RemovingOld');
    });

    it('stay where the other owner is going too', async () => {
      await open({ primary: on('gpu'), other: as(owned) }, [
        heldDeployment(),
        heldDeployment({ name: 'api', environmentRef: 'other', second: 1 }),
      ]);
      for (const name of ['web', 'api']) await scene.turn(name);
      await scene.ocm();
      await scene.turn();
      await scene.edit(on('cpu'));
      await scene.turn();
      await served('cpu', ['b']);
      await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
      await scene.turn();
      assert.equal(await scene.reason(), 'WorkloadsWouldMove');
    });

    it('are not even made where the namespace would go with the old ones', async () => {
      await applied(on('gpu'));
      await scene.edit(as(kept));
      scene.hubWrites();
      await scene.turn();
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted');
      assert.deepEqual(scene.hubWrites(), []);
    });
  });

  it('concerns the namespace that a deployment asks for, and those where its works are', async () => {
    await applied(as(owned));
    const works = createAppliedReplicaSets(scene.caches);
    const secondLine = new ApplyGuard({ ...scene.shared, tools: scene.tools, works, severities: {} });
    const moved = heldDeployment({ spokeNamespace: 'store' });
    const none = { state: 'unresolved', reason: 'ReferenceNotFound', message: '' } as const;
    assert.deepEqual(secondLine.affectedNamespaces(moved, none), ['store', 'shop']);
    assert.deepEqual(secondLine.affectedNamespaces(heldDeployment({ name: 'new' }), none), ['shop']);
  });
});
