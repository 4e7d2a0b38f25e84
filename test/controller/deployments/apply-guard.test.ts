import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { environments, workloadDeployments } from '../../../src/api/kinds.ts';
import type { JsonObject } from '../../../src/api/object.ts';
import { placements } from '../../../src/api/ocm.ts';
import type { EffectiveLifecycle, WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { createAppliedReplicaSets } from '../../../src/controller/deployments/applied-replica-sets.ts';
import { ApplyGuard } from '../../../src/controller/deployments/apply-guard.ts';
import type { Severities } from '../../../src/domain/admission/rule.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { hide } from '../../support/hidden-objects.ts';
import { guest, kept, owned } from '../../support/lifecycle-topology.ts';
import { byop } from '../../support/manifests.ts';

const acknowledge = 'spectrocloud.com/acknowledge';
const acknowledgedRevision = 'spectrocloud.com/acknowledged-revision';

const as = (lifecycle: EffectiveLifecycle): JsonObject => environmentSpec({ lifecycle });
/** One Environment for each lifecycle, so that deployments with different lifecycles can share a namespace. */
const allWays = { owned: as(owned), kept: as(kept), guest: as(guest) };

let scene: DeploymentsScene;
const open = async (...args: Parameters<typeof deploymentsScene>) => (scene = await deploymentsScene(...args));

/** A scene where deployment `web` is applied on clusters a and b. */
async function applied(
  spec: JsonObject,
  options: Partial<Parameters<typeof finalizedDeployment>[0]> = {},
  severities: Severities = {},
) {
  await open({ primary: spec }, [finalizedDeployment(options)], { severities });
  await scene.reconcile();
  await scene.ocm();
  await scene.reconcile();
  assert.equal(await scene.reason(), 'Applied');
  scene.hubWrites();
}

describe('the lifecycle rules before a write', () => {
  afterEach(() => scene.stop());

  describe('in a namespace with a deployment that the cache lacks', () => {
    const [api, web] = ['api', 'web'].map((name, second) =>
      finalizedDeployment({ name, second, environmentRef: name === 'web' ? 'owned' : 'guest' }),
    );

    /** A cache that lacks `api`, which another leader has applied as a guest. */
    async function hideApplied() {
      await open(
        allWays,
        [web, api].filter((each) => each !== undefined),
      );
      await scene.reconcile('api');
      await scene.ocm(['a', 'b'], { of: 'api' });
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'Applied');
      const show = hide(scene.caches.deployments, 'api');
      scene.restart();
      scene.hubWrites();
      return show;
    }

    it('takes no ownership, and reports the conflict when the cache has it', async () => {
      const show = await hideApplied();
      await assert.rejects(
        scene.reconcile(),
        /the caches lack something that is applied in a spoke namespace of team\/web/,
      );
      assert.deepEqual(scene.hubWrites(), []);
      show();
      await scene.reconcile();
      assert.equal(await scene.reason(), 'NamespaceLifecycleConflict');
      assert.deepEqual(scene.hubWrites(), []);
    });
  });

  describe('a namespace that a ManifestWorkReplicaSet would drop (H1)', () => {
    it('is not dropped, and nothing else is written', async () => {
      await applied(as(owned));
      const observed = await scene.replicaSets();
      await scene.edit(as(guest));
      assert.deepEqual(await scene.reconcile(), { backoff: { fromMs: 10_000, toMs: 120_000 } });
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted');
      assert.deepEqual(scene.hubWrites(), []);
      assert.deepEqual(await scene.replicaSets(), observed);
    });

    it('may be dropped once it is orphaned on every cluster, and not before', async () => {
      await applied(as(owned));
      await scene.edit(as(kept));
      await scene.reconcile();
      await scene.ocm(['a', 'b'], { pending: ['b'] });
      await scene.edit(as(guest));
      await scene.reconcile();
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted', 'the agent of b has not confirmed it');
      await scene.ocm();
      await scene.reconcile();
      assert.equal(await scene.reason(), 'Applying');
      await scene.ocm();
      await scene.reconcile();
      assert.equal(await scene.reason(), 'Applied');
    });

    it('may be dropped if it is on no cluster', async () => {
      await open({ primary: as(owned) }, [finalizedDeployment()]);
      await scene.reconcile();
      await scene.ocm([]);
      await scene.edit(as(guest));
      scene.hubWrites();
      await scene.reconcile();
      assert.deepEqual(scene.hubWrites(), ['apply placements', 'apply manifestworkreplicasets']);
    });

    it('is not dropped while OCM creates ManifestWorks for selected clusters', async () => {
      await open({ primary: as(owned) }, [finalizedDeployment()]);
      await scene.reconcile();
      const [placement] = (await scene.client.list(placements)).items;
      const key = { namespace: 'hub', name: placement?.metadata.name ?? '' };
      const status = { numberOfSelectedClusters: 2 };
      await scene.client.patch(placements, key, { status }, { subresource: 'status' });
      await scene.edit(as(guest));
      await scene.reconcile();
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted');
    });

    it('would be deleted if its Workload moved to another namespace', async () => {
      await applied(as(owned));
      const moved = finalizedDeployment({ spokeNamespace: 'store' }).spec;
      await scene.client.patch(
        workloadDeployments,
        { namespace: 'team', name: 'web' },
        { spec: JSON.parse(JSON.stringify(moved)) },
      );
      scene.hubWrites();
      await scene.reconcile();
      assert.equal(await scene.reason(), 'WorkloadsWouldMove');
      assert.deepEqual(scene.hubWrites(), []);
    });
  });

  describe('labels of a Namespace that two deployments create', () => {
    const withTeam = (team: string | undefined, options: Parameters<typeof finalizedDeployment>[0]) => {
      const made = finalizedDeployment(options);
      const added = team === undefined ? {} : { namespaceMetadata: { labels: { team } } };
      return { ...made, spec: { ...made.spec, workload: { ...made.spec.workload, ...added } } };
    };
    const pair = (web: string | undefined, api: string | undefined) =>
      open({ primary: as(owned) }, [withTeam(web, {}), withTeam(api, { name: 'api', second: 1 })]);
    const label = (name: string, team: string | null) =>
      scene.client.patch(
        workloadDeployments,
        { namespace: 'team', name },
        { spec: { workload: { namespaceMetadata: { labels: { team } } } } },
      );
    const apply = async (...names: string[]) => {
      for (const name of names) await scene.reconcile(name);
      for (const name of names) await scene.ocm(['a', 'b'], { of: name });
      for (const name of names) await scene.reconcile(name);
    };
    const messageOf = async (name: string) =>
      (await scene.stored(name)).status?.conditions?.find(({ type }) => type === 'Applied')?.message;

    it('hold the later one if both were admitted at the same time, until it agrees', async () => {
      await pair('gold', 'silver');
      await apply('web');
      scene.hubWrites();
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'NamespaceMetadataConflict');
      assert.match(
        (await messageOf('api')) ?? '',
        /^Namespace shop is shared.*: WorkloadDeployment team\/web gives it another value of labels\[team\]/,
      );
      assert.deepEqual(scene.hubWrites(), []);
      await scene.reconcile();
      assert.equal(await scene.reason(), 'Applied');
      await label('api', 'gold');
      await apply('api');
      assert.equal(await scene.reason('api'), 'Applied');
    });

    it('hold the younger one also if it is reconciled first', async () => {
      await pair('gold', 'silver');
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'NamespaceMetadataConflict');
      await apply('web');
      assert.equal(await scene.reason(), 'Applied');
    });

    it('hold one of two edits that were admitted at the same time, and keep what is applied of it', async () => {
      await pair(undefined, undefined);
      await apply('web', 'api');
      await label('web', 'gold');
      await label('api', 'silver');
      const before = JSON.stringify(
        (await scene.replicaSets()).filter(({ metadata }) => metadata.name.startsWith('web')),
      );
      await scene.reconcile('api');
      await scene.reconcile();
      assert.deepEqual([await scene.reason('api'), await scene.reason()], ['Applying', 'NamespaceMetadataConflict']);
      const after = JSON.stringify(
        (await scene.replicaSets()).filter(({ metadata }) => metadata.name.startsWith('web')),
      );
      assert.equal(after, before);
    });

    it('do not count if the other deployment no longer asks for its value', async () => {
      await pair('gold', undefined);
      await apply('web', 'api');
      await label('web', null);
      await label('api', 'silver');
      await scene.reconcile('api');
      assert.notEqual(await scene.reason('api'), 'NamespaceMetadataConflict');
    });

    it('do not hold other edits if they differed already', async () => {
      const annotations = { [acknowledge]: 'NamespaceMetadataConflict' };
      const api = { name: 'api', second: 1, metadata: { annotations } };
      await open({ primary: as(owned) }, [withTeam('gold', {}), withTeam('silver', api)]);
      await apply('web', 'api');
      assert.equal(await scene.reason('api'), 'Applied', 'it is acknowledged');
      const key = { namespace: 'team', name: 'api' };
      const metadata = { annotations: { [acknowledge]: null } };
      const spec = { workload: { namespaceMetadata: { labels: { tier: 'one' } } } };
      await scene.client.patch(workloadDeployments, key, { metadata, spec });
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'Applying');
      await label('api', 'bronze');
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'Applying', 'the field differed before');
    });
  });

  describe('two deployments in one namespace (H2, H3)', () => {
    const pairs: { first: keyof typeof allWays; second: keyof typeof allWays; blocked: boolean; why: string }[] = [
      {
        first: 'owned',
        second: 'kept',
        blocked: true,
        why: 'a deployment that orphans the namespace does not own it (H2)',
      },
      { first: 'kept', second: 'owned', blocked: true, why: 'the same the other way round' },
      {
        first: 'owned',
        second: 'guest',
        blocked: true,
        why: 'the guest would be deleted with the namespace of the owner (H3)',
      },
      { first: 'guest', second: 'owned', blocked: true, why: 'the same the other way round' },
      { first: 'owned', second: 'owned', blocked: false, why: 'either owner keeps the namespace (H4)' },
      { first: 'kept', second: 'guest', blocked: false, why: 'nobody owns the namespace' },
    ];
    for (const { first, second, blocked, why } of pairs) {
      it(`are ${blocked ? 'not both applied' : 'both applied'}, first ${first} and then ${second}: ${why}`, async () => {
        await open(allWays, [
          finalizedDeployment({ environmentRef: first }),
          finalizedDeployment({ name: 'api', environmentRef: second, second: 1 }),
        ]);
        await scene.reconcile();
        await scene.ocm();
        await scene.reconcile();
        scene.hubWrites();
        await scene.reconcile('api');
        assert.equal(await scene.reason('api'), blocked ? 'NamespaceLifecycleConflict' : 'NoClustersSelected');
        assert.equal(scene.hubWrites().length, blocked ? 0 : 2);
        assert.equal(await scene.reason(), 'Applied');
      });
    }

    it('are evaluated with the last write, before any cache shows it', async () => {
      await open(allWays, [
        finalizedDeployment({ environmentRef: 'owned' }),
        finalizedDeployment({ name: 'api', environmentRef: 'guest', second: 1 }),
      ]);
      await Promise.all([scene.reconcile('api'), scene.reconcile()]);
      const reasons = [await scene.reason(), await scene.reason('api')];
      assert.deepEqual(reasons, ['NoClustersSelected', 'NamespaceLifecycleConflict']);
    });

    it('are both applied on different clusters, and not if the clusters of one are not selected yet', async () => {
      const other = finalizedDeployment({ name: 'api', environmentRef: 'guest', second: 1 });
      for (const { selected, blocked } of [
        { selected: ['c'], blocked: false },
        { selected: ['b', 'c'], blocked: true },
        { selected: [], blocked: true },
      ]) {
        await open(allWays, [finalizedDeployment({ environmentRef: 'owned' }), other], { selected });
        await scene.reconcile();
        await scene.ocm(['a', 'b']);
        await scene.reconcile('api');
        assert.equal(await scene.reason('api'), blocked ? 'NamespaceLifecycleConflict' : 'NoClustersSelected');
        await scene.stop();
      }
    });

    it('are evaluated, in a move to another Environment, on the clusters that it selects', async () => {
      const dev = finalizedDeployment({ name: 'api', environmentRef: 'kept', second: 1 });
      await open(allWays, [finalizedDeployment({ environmentRef: 'owned' }), dev], { selected: ['a'] });
      await scene.reconcile();
      await scene.ocm(['a']);
      await scene.client.patch(
        environments,
        { namespace: 'team', name: 'kept' },
        { status: { selectedClusters: ['z'] } },
        { subresource: 'status' },
      );
      await scene.reconcile('api');
      await scene.ocm(['z'], { of: 'api' });
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'Applied', 'there is no peer on other clusters');
      const spec = { environmentRef: { name: 'guest' } };
      await scene.client.patch(workloadDeployments, { namespace: 'team', name: 'api' }, { spec });
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'NamespaceLifecycleConflict');
    });

    it('are not both applied as long as the ManifestWorkReplicaSets of a terminating one exist', async () => {
      await open(allWays, [
        finalizedDeployment({ environmentRef: 'owned' }),
        finalizedDeployment({ name: 'api', environmentRef: 'guest', second: 1 }),
      ]);
      await scene.reconcile();
      await scene.ocm();
      await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'web' });
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'NamespaceLifecycleConflict');
      for (let count = 0; count < 3; count += 1) await scene.reconcile();
      assert.deepEqual(await scene.replicaSets(), []);
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'NoClustersSelected');
    });

    const noOwners: { why: string; prepare: () => Promise<unknown> }[] = [
      {
        why: 'is terminating',
        prepare: async () => {
          await scene.reconcile('api');
          await scene.ocm();
          await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
        },
      },
      { why: 'is not applied yet', prepare: () => Promise.resolve() },
    ];
    for (const { why, prepare } of noOwners) {
      it(`do not rely on an owner that ${why} to keep a namespace`, async () => {
        await open({ primary: as(owned) }, [finalizedDeployment({ second: 1 }), finalizedDeployment({ name: 'api' })]);
        await scene.reconcile();
        await scene.ocm();
        await scene.reconcile();
        await prepare();
        const { spec } = finalizedDeployment({ spokeNamespace: 'store' });
        await scene.client.patch(
          workloadDeployments,
          { namespace: 'team', name: 'web' },
          { spec: JSON.parse(JSON.stringify(spec)) },
        );
        scene.hubWrites();
        await scene.reconcile();
        assert.equal(await scene.reason(), 'WorkloadsWouldMove');
        assert.deepEqual(scene.hubWrites(), []);
      });
    }
  });

  describe('a move to another Environment', () => {
    const of = (clusters: number) => environmentSpec({ lifecycle: owned, placement: { numberOfClusters: clusters } });
    const rows = [
      {
        selected: ['z'],
        to: 3,
        blocked: true,
        why: 'the namespace would be deleted on the clusters that are not selected any more',
      },
      { selected: ['a', 'b', 'z'], to: 3, blocked: false, why: 'every cluster stays selected' },
      {
        selected: [],
        to: 3,
        blocked: true,
        why: 'as long as it selects nothing, the namespace would be deleted on every cluster',
      },
      { selected: ['z'], to: 2, blocked: false, why: 'the Placement is not changed' },
    ];
    for (const { selected, to, blocked, why } of rows) {
      it(`is ${blocked ? 'blocked' : 'permitted'}: ${why}`, async () => {
        await open({ near: of(2), far: of(to) }, [finalizedDeployment({ environmentRef: 'near' })]);
        await scene.reconcile();
        await scene.ocm(['a', 'b']);
        await scene.reconcile();
        const subresource = { subresource: 'status' };
        const status = { selectedClusters: selected };
        await scene.client.patch(environments, { namespace: 'team', name: 'far' }, { status }, subresource);
        const spec = { environmentRef: { name: 'far' } };
        await scene.client.patch(workloadDeployments, { namespace: 'team', name: 'web' }, { spec });
        scene.hubWrites();
        await scene.reconcile();
        assert.equal((await scene.reason()) === 'WorkloadsWouldMove', blocked);
        assert.equal(scene.hubWrites().length === 0, blocked);
      });
    }

    it('is permitted if the namespace is orphaned, and so is an edited Placement', async () => {
      const orphaning = environmentSpec({ lifecycle: kept, placement: { numberOfClusters: 2 } });
      await applied(orphaning);
      await scene.edit(environmentSpec({ lifecycle: kept, placement: { numberOfClusters: 1 } }));
      await scene.reconcile();
      assert.deepEqual(scene.hubWrites(), ['apply placements', 'apply manifestworkreplicasets']);
    });
  });

  describe('two deployments of one Workload', () => {
    it('are not both applied', async () => {
      await open({ primary: as(owned) }, [
        finalizedDeployment(),
        finalizedDeployment({ name: 'api', workload: 'web', second: 1 }),
      ]);
      await scene.reconcile();
      scene.hubWrites();
      await scene.reconcile('api');
      assert.equal(await scene.reason('api'), 'WorkloadConflict');
      assert.deepEqual(scene.hubWrites(), []);
    });
  });

  describe('two deployments that are not applied yet', () => {
    const two = (old: Parameters<typeof finalizedDeployment>[0] = {}) => [
      finalizedDeployment({ name: 'old', workload: 'web', ...old }),
      finalizedDeployment({ name: 'young', workload: 'web', second: 1 }),
    ];

    it('are applied in the order of their age', async () => {
      await open({ primary: as(owned) }, two());
      await scene.reconcile('young');
      assert.equal(await scene.reason('young'), 'WorkloadConflict');
      assert.deepEqual(scene.hubWrites(), []);
      await scene.reconcile('old');
      assert.equal(await scene.reason('old'), 'NoClustersSelected');
      assert.equal((await scene.replicaSets()).length, 1);
    });

    it('are not both applied if both were blocked and are unblocked at the same time', async () => {
      const notApplied = 'WorkloadConflict';
      await open({ primary: as(owned) }, [
        finalizedDeployment({ name: 'old', workload: 'web', notApplied }),
        finalizedDeployment({ name: 'young', workload: 'web', notApplied, second: 1 }),
      ]);
      const apply = scene.client.apply.bind(scene.client);
      scene.client.apply = async (resource, object, options) => {
        await sleep(5);
        return apply(resource, object, options);
      };
      await Promise.all([scene.reconcile('young'), scene.reconcile('old')]);
      assert.equal((await scene.replicaSets()).length, 1);
      const reasons = [await scene.reason('old'), await scene.reason('young')];
      assert.deepEqual(new Set(reasons), new Set(['NoClustersSelected', 'WorkloadConflict']));
    });

    it('do not wait for an older one that is blocked or terminating', async () => {
      const older: [string, WorkloadDeployment][] = [
        ['it has no Environment', finalizedDeployment({ name: 'old', workload: 'web', environmentRef: 'missing' })],
        ['its name is taken', finalizedDeployment({ name: 'old', workload: 'web', notApplied: 'NameTaken' })],
        [
          'a rule blocks it',
          finalizedDeployment({ name: 'old', workload: 'web', notApplied: 'NamespaceLifecycleConflict' }),
        ],
        [
          'it is terminating',
          finalizedDeployment({
            name: 'old',
            workload: 'web',
            metadata: { deletionTimestamp: '2026-01-01T00:00:30Z' },
          }),
        ],
      ];
      for (const [why, old] of older) {
        await open({ primary: as(owned) }, [old, finalizedDeployment({ name: 'young', workload: 'web', second: 1 })]);
        await scene.reconcile('young');
        assert.equal(await scene.reason('young'), 'NoClustersSelected', why);
        await scene.stop();
      }
    });
  });

  describe('deployments of one Environment', () => {
    const names = ['web', 'api', 'ui'];
    /** Applies three deployments in the same namespace. */
    async function three(spec: JsonObject) {
      await open(
        { primary: spec, other: spec },
        names.map((name, second) => finalizedDeployment({ name, second })),
      );
      for (const name of names) await scene.reconcile(name);
      await scene.ocm();
      for (const name of names) await scene.reconcile(name);
    }

    it('change from owning to orphaning one after the other', async () => {
      await three(as(owned));
      await scene.edit(as(kept));
      for (const name of names.toReversed()) {
        scene.hubWrites();
        await scene.reconcile(name);
        assert.deepEqual([await scene.reason(name), scene.hubWrites().length > 0], ['Applying', true]);
      }
    });

    it('change back one after the other', async () => {
      await three(as(kept));
      await scene.edit(as(owned));
      for (const name of names) {
        await scene.reconcile(name);
        assert.equal(await scene.reason(name), 'Applying');
      }
    });

    it('do not change if one of them uses another Environment', async () => {
      await three(as(owned));
      await scene.client.patch(
        workloadDeployments,
        { namespace: 'team', name: 'ui' },
        { spec: { environmentRef: { name: 'other' } } },
      );
      await scene.reconcile('ui');
      await scene.ocm();
      await scene.edit(as(kept));
      scene.hubWrites();
      for (const name of ['web', 'api']) {
        await scene.reconcile(name);
        assert.equal(await scene.reason(name), 'NamespaceLifecycleConflict');
      }
      assert.deepEqual(scene.hubWrites(), []);
    });

    it('do not drop the namespace one after the other because another one still owns it', async () => {
      await three(as(owned));
      await scene.edit(as(guest));
      scene.hubWrites();
      for (const name of names) {
        await scene.reconcile(name);
        assert.equal(await scene.reason(name), 'NamespaceWouldBeDeleted');
      }
      assert.deepEqual(scene.hubWrites(), []);
    });
  });

  describe('an acknowledgement', () => {
    const rows: {
      why: string;
      own?: string;
      consumed?: string;
      environment?: Record<string, string>;
      passes: boolean;
    }[] = [
      { why: 'it is on the deployment', own: 'NamespaceWouldBeDeleted', passes: true },
      { why: 'it is one of several', own: 'InUse, NamespaceWouldBeDeleted', passes: true },
      { why: 'it is for another rule', own: 'WorkloadConflict', passes: false },
      { why: 'it is consumed', own: 'NamespaceWouldBeDeleted', consumed: 'NamespaceWouldBeDeleted', passes: false },
      {
        why: 'it was changed after one was consumed',
        own: 'NamespaceWouldBeDeleted',
        consumed: 'WorkloadConflict',
        passes: true,
      },
      {
        why: 'it is on the Environment, for this revision',
        environment: { [acknowledge]: 'NamespaceWouldBeDeleted', [acknowledgedRevision]: '2' },
        passes: true,
      },
      {
        why: 'it is on the Environment, for the revision before',
        environment: { [acknowledge]: 'NamespaceWouldBeDeleted', [acknowledgedRevision]: '1' },
        passes: false,
      },
      {
        why: 'it is on the Environment, for no revision',
        environment: { [acknowledge]: 'NamespaceWouldBeDeleted' },
        passes: false,
      },
    ];
    for (const { why, own, consumed, environment = {}, passes } of rows) {
      it(`${passes ? 'permits a write' : 'has no effect'}: ${why}`, async () => {
        await applied(as(owned));
        const key = { namespace: 'team', name: 'web' };
        if (own !== undefined) {
          await scene.client.patch(workloadDeployments, key, { metadata: { annotations: { [acknowledge]: own } } });
        }
        if (consumed !== undefined) {
          await scene.client.patch(
            workloadDeployments,
            key,
            { status: { acknowledged: consumed } },
            { subresource: 'status' },
          );
        }
        await scene.edit(as(guest), { annotations: environment });
        await scene.reconcile();
        assert.equal(await scene.reason(), passes ? 'Applying' : 'NamespaceWouldBeDeleted');
      });
    }

    it('on a deployment is consumed once the write that it was given for is applied everywhere', async () => {
      await applied(as(owned), { metadata: { annotations: { [acknowledge]: 'NamespaceWouldBeDeleted' } } });
      assert.equal((await scene.stored()).status?.acknowledged, 'NamespaceWouldBeDeleted');
      await scene.edit(as(guest));
      await scene.reconcile();
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted', 'it was given for another write');
    });

    for (const severity of ['off', 'warn'] as const) {
      it(`is not needed if the rule is set to ${severity}`, async () => {
        await applied(as(owned), {}, { NamespaceWouldBeDeleted: severity });
        await scene.edit(as(guest));
        await scene.reconcile();
        assert.equal(await scene.reason(), 'Applying');
      });
    }
  });

  describe('replaced ManifestWorkReplicaSets (H8)', () => {
    const on = (placement: string) => environmentSpec({ topology: byop('hub', placement) });
    const refs = async () =>
      (await scene.replicaSets()).map(({ spec }) => spec.placementRefs.map(({ name }) => name).join()).toSorted();
    const applyAt = (at: string, clusters: string[], pending: string[] = []) => scene.ocm(clusters, { at, pending });

    it('are pruned once their replacements are applied on every cluster', async () => {
      await applied(on('gpu'));
      await scene.edit(on('cpu'));
      await scene.reconcile();
      assert.deepEqual(await refs(), ['cpu', 'gpu']);
      await applyAt('cpu', ['a', 'b'], ['b']);
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), await refs()], ['Applying', ['cpu', 'gpu']]);
      await applyAt('cpu', ['a', 'b']);
      await scene.reconcile();
      assert.deepEqual([await scene.reason(), await refs()], ['RemovingOld', ['cpu']]);
      await scene.reconcile();
      assert.equal(await scene.reason(), 'Applied');
    });

    it('are not pruned if a cluster without a replacement would lose an owned namespace', async () => {
      await applied(on('gpu'));
      await scene.edit(on('cpu'));
      await scene.reconcile();
      await applyAt('cpu', ['b', 'c']);
      scene.hubWrites();
      assert.deepEqual(await scene.reconcile(), { backoff: { fromMs: 10_000, toMs: 120_000 } });
      assert.deepEqual([await scene.reason(), await refs()], ['WorkloadsWouldMove', ['cpu', 'gpu']]);
      assert.deepEqual(scene.hubWrites(), []);
    });

    it('are pruned on a cluster where another deployment owns the namespace too', async () => {
      await open({ primary: on('gpu'), other: as(owned) }, [
        finalizedDeployment(),
        finalizedDeployment({ name: 'api', environmentRef: 'other', second: 1 }),
      ]);
      for (const name of ['web', 'api']) await scene.reconcile(name);
      await scene.ocm();
      for (const name of ['web', 'api']) await scene.reconcile(name);
      await scene.edit(on('cpu'));
      await scene.reconcile();
      await applyAt('cpu', ['b']);
      await scene.reconcile();
      assert.equal(await scene.reason(), 'RemovingOld');
    });

    it('are not pruned if the other owner is terminating', async () => {
      await open({ primary: on('gpu'), other: as(owned) }, [
        finalizedDeployment(),
        finalizedDeployment({ name: 'api', environmentRef: 'other', second: 1 }),
      ]);
      for (const name of ['web', 'api']) await scene.reconcile(name);
      await scene.ocm();
      await scene.reconcile();
      await scene.edit(on('cpu'));
      await scene.reconcile();
      await applyAt('cpu', ['b']);
      await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
      await scene.reconcile();
      assert.equal(await scene.reason(), 'WorkloadsWouldMove');
    });

    it('are not replaced at all if the namespace would be deleted with them', async () => {
      await applied(on('gpu'));
      await scene.edit(as(kept));
      scene.hubWrites();
      await scene.reconcile();
      assert.equal(await scene.reason(), 'NamespaceWouldBeDeleted');
      assert.deepEqual(scene.hubWrites(), []);
    });
  });

  it('affect the namespace in the spec of a deployment, and those of its ManifestWorkReplicaSets', async () => {
    await applied(as(owned));
    const appliedReplicaSets = createAppliedReplicaSets(scene.caches);
    const guard = new ApplyGuard({
      ...scene.shared,
      tools: scene.tools,
      appliedReplicaSets,
      severities: {},
      now: () => 0,
      reservationMs: 0,
    });
    const moved = finalizedDeployment({ spokeNamespace: 'store' });
    const none = { state: 'unresolved', reason: 'ReferenceNotFound', message: '' } as const;
    assert.deepEqual(guard.affectedNamespaces(moved, none), ['store', 'shop']);
    assert.deepEqual(guard.affectedNamespaces(finalizedDeployment({ name: 'new' }), none), ['shop']);
  });
});
