import assert from 'node:assert/strict';
import type { EffectiveLifecycle } from '../../../../src/api/workload-deployment.ts';
import { listedReferrers } from '../../../../src/catalog/referrers/listed.ts';
import { peersOf } from '../../../../src/domain/spoke/change.ts';
import { createNameVisibility } from '../../../../src/webhook/gather/name-visibility.ts';
import { affectedChangesOf, keysOf, stateWith } from '../../../support/change-gathering.ts';
import { lifecycles } from '../../../support/deployment-changes.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../../support/environment-edits.ts';
import { requestObject } from '../../../support/facts.ts';
import { lifecycleTopologies } from '../../../support/lifecycle-topology.ts';
import { placedDeployment } from '../../../support/placed-deployment.ts';

const { owner, keeper, guest } = lifecycles;

describe('the deployments that an edit of an Environment affects', () => {
  const refs: { ref: string; published: (string | undefined)[]; next?: string; affected: boolean; why: string }[] = [
    { ref: 'primary', published: [undefined], affected: true, why: 'it always means the newest revision' },
    { ref: 'primary@v1.3', published: ['1.3.5'], next: '1.3.6', affected: true, why: 'the highest of its minor line' },
    { ref: 'primary@v1.3', published: ['1.3.5'], next: '1.4.0', affected: false, why: 'that is another minor line' },
    {
      ref: 'primary@v1.3',
      published: ['1.3.5', '1.4.0'],
      next: '1.3.6',
      affected: true,
      why: 'a patch of an older line',
    },
    { ref: 'primary@v3', published: ['3.0.0'], next: '3.1.0', affected: true, why: 'the highest of its major' },
    {
      ref: 'primary@v3',
      published: ['3.0.0', '3.1.0'],
      next: '3.0.1',
      affected: false,
      why: 'a higher version exists',
    },
    {
      ref: 'primary@v3',
      published: ['3.0.0'],
      next: '3.1.0-rc.1',
      affected: false,
      why: 'a range does not include prereleases',
    },
    { ref: 'primary@v1', published: [undefined], affected: false, why: 'a number is pinned' },
    { ref: 'primary@v1.3.5', published: ['1.3.5'], next: '1.3.6', affected: false, why: 'a version is pinned' },
  ];
  for (const { ref, published, next, affected, why } of refs) {
    const of = (version: string | undefined, lifecycle: EffectiveLifecycle = owner) =>
      environmentSpec({ lifecycle, ...(version === undefined ? {} : { version }) });
    it(`${affected ? 'include' : 'do not include'} one with ${ref} when ${published.join() || 'a revision'} is followed by ${next ?? 'the next'}: ${why}`, async () => {
      const { live, objects } = editedEnvironment(published.map((version) => of(version)));
      const referring = placedDeployment({ environmentRef: ref, clusters: ['a'] });
      const object = nextEdit(live, of(next, guest), published.length + 1);
      const changes = await affectedChangesOf([...objects, referring], { object, oldObject: live });
      assert.deepEqual(keysOf(changes.map(({ deployment }) => deployment)), affected ? ['team/web'] : []);
      for (const { observed, desired } of changes) {
        assert.deepEqual([observed, desired], [stateWith(owner, ['a']), stateWith(guest, ['a'])]);
      }
    });
  }

  const { live, objects } = editedEnvironment([environmentSpec({ lifecycle: owner })], { selected: ['a', 'b'] });
  const edit = (options: Parameters<typeof environmentSpec>[0]) => nextEdit(live, environmentSpec(options), 2);

  it('are not terminating, and do not refer to an Environment of the same name in another namespace', async () => {
    const others = [
      placedDeployment({ name: 'terminating', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      placedDeployment({ name: 'foreign', namespace: 'other' }),
      placedDeployment({ name: 'guest', namespace: 'other', environmentNamespace: 'team' }),
    ];
    const changes = await affectedChangesOf([...objects, ...others], {
      object: edit({ lifecycle: keeper }),
      oldObject: live,
    });
    assert.deepEqual(keysOf(changes.map(({ deployment }) => deployment)), ['other/guest']);
  });

  const idle: { why: string; options: Parameters<typeof environmentSpec>[0] }[] = [
    {
      why: 'policies change the Workload only',
      options: { lifecycle: owner, policies: [{ name: 'small', type: 'override' }] },
    },
    { why: 'a version does not change the topology', options: { lifecycle: owner, version: '1.0.0' } },
    {
      why: 'a rollout strategy does not change the selected clusters',
      options: {
        topology: {
          type: 'topology-ocm',
          properties: {
            placement: { numberOfClusters: 1 },
            manifestWorkReplicaSet: {
              manifestWorkTemplate: { lifecycle: { ...owner } },
              rolloutStrategy: { type: 'Progressive' },
            },
          },
        },
      },
    },
    { why: 'admission adds the defaults', options: {} },
  ];
  for (const { why, options } of idle) {
    it(`have no changes if nothing changes on the spokes: ${why}`, async () => {
      const deployment = placedDeployment({ lifecycle: owner, clusters: ['a'], revision: 1 });
      assert.deepEqual(
        await affectedChangesOf([...objects, deployment], { object: edit(options), oldObject: live }),
        [],
      );
    });
  }

  it('are, on its creation, those whose refs waited for the Environment, with the names in their specs', async () => {
    const [created] = editedEnvironment([environmentSpec({ lifecycle: guest })], { name: 'late' }).objects;
    const object = created ?? assert.fail();
    const waiting = placedDeployment({ environmentRef: 'late' });
    const applied = placedDeployment({ name: 'api', environmentRef: 'late', lifecycle: owner, clusters: ['a'] });
    const others = [placedDeployment({ name: 'no', environmentRef: 'late@v2' }), placedDeployment({ name: 'ui' })];
    const changes = await affectedChangesOf([...objects, waiting, applied, ...others], { object });
    const found = changes.map(({ deployment: { name }, observed, desired, isInitialWait }) => [
      name,
      observed,
      desired?.lifecycle,
      isInitialWait,
    ]);
    assert.deepEqual(found, [
      ['web', { namespace: 'shop', workloadName: 'web' }, guest, true],
      ['api', { ...stateWith(owner, ['a']), workloadName: 'api' }, guest, undefined],
    ]);
    assert.ok(changes.every(({ peers }) => keysOf(peers).includes('team/ui')));
  });

  it('have no changes if only metadata changes', async () => {
    const all = [...objects, placedDeployment()];
    const labelled = { ...live, metadata: { ...live.metadata, labels: { tier: 'front' } } };
    assert.deepEqual(await affectedChangesOf(all, { object: labelled, oldObject: live }), []);
  });

  it('have no observed state if the edit resolves their ref for the first time', async () => {
    const object = edit({ lifecycle: owner, version: '1.3.0', placement: { numberOfClusters: 2 } });
    const deployment = placedDeployment({ environmentRef: 'primary@v1.3' });
    const [change] = await affectedChangesOf([...objects, deployment], { object, oldObject: live });
    assert.deepEqual([change?.observed, change?.desired], [undefined, stateWith(owner, ['a', 'b'])]);
  });

  it('stay on their clusters, or are assumed to be on those of the Environment if they are not placed', async () => {
    const deployments = [placedDeployment({ clusters: ['z'] }), placedDeployment({ namespace: 'team', name: 'new' })];
    const changes = await affectedChangesOf([...objects, ...deployments], {
      object: edit({ lifecycle: keeper }),
      oldObject: live,
    });
    const clusters = changes.map(({ deployment, desired }) => [deployment.name, desired?.clusters]);
    assert.deepEqual(Object.fromEntries(clusters), { web: ['z'], new: ['a', 'b'] });
  });

  it('have the clusters that they are leaving, if the edit lets OCM select again', async () => {
    const { status, ...placed } = placedDeployment({ lifecycle: owner, clusters: ['a'], revision: 1 });
    const leaving = { ...placed, status: { ...status, leavingClusters: ['b'] } };
    const leavingOf = async (options: Parameters<typeof environmentSpec>[0]) => {
      const found = await affectedChangesOf([...objects, leaving], { object: edit(options), oldObject: live });
      return found.map((change) => change.leaving);
    };
    const predicates = [{ requiredClusterSelector: { labelSelector: { matchLabels: { zone: 'a' } } } }];
    assert.deepEqual(await leavingOf({ lifecycle: owner, placement: { predicates } }), [['b']]);
    assert.deepEqual(await leavingOf({ lifecycle: keeper }), [undefined]);
  });

  it('have affected peers with their desired state, and other peers with their observed state', async () => {
    const deployments = [
      placedDeployment({ lifecycle: owner, clusters: ['a'], revision: 1 }),
      placedDeployment({ name: 'too', lifecycle: owner, clusters: ['a'], revision: 1 }),
      placedDeployment({
        name: 'pinned',
        environmentRef: 'primary@v1',
        lifecycle: owner,
        clusters: ['a'],
        revision: 1,
      }),
    ];
    const changes = await affectedChangesOf([...objects, ...deployments], {
      object: edit({ lifecycle: guest }),
      oldObject: live,
    });
    assert.deepEqual(keysOf(changes.map(({ deployment }) => deployment)), ['team/too', 'team/web']);
    const web = changes.find(({ deployment }) => deployment.name === 'web');
    assert.ok(web);
    const peerLifecycles = peersOf(web).map(({ name, state: { lifecycle }, observed }) => [
      name,
      [observed?.lifecycle, lifecycle],
    ]);
    assert.deepEqual(Object.fromEntries(peerLifecycles), { too: [owner, guest], pinned: [undefined, owner] });
  });

  it('need one render of each topology for thousands of deployments', async () => {
    const { topologies, renders } = lifecycleTopologies();
    const deployments = Array.from({ length: 3000 }, (_, index) =>
      placedDeployment({ name: `web${index}`, spokeNamespace: `shop${index}` }),
    );
    const referrers = {
      ...listedReferrers('mural-system', () => []),
      byReference: () => Promise.resolve(deployments.map(requestObject)),
    };
    const request = { object: edit({ lifecycle: guest }), oldObject: live };
    const changes = await affectedChangesOf(objects, request, { topologies, referrers });
    assert.equal(changes.length, 3000);
    assert.equal(renders(), 2, 'before and after the edit');
  });

  it('need one lookup of peers for each namespace that they share', async () => {
    const deployments = ['web', 'api', 'ui'].map((name) => placedDeployment({ name }));
    const lookup = listedReferrers('mural-system', () => deployments.map(requestObject));
    const asked: string[] = [];
    const referrers = {
      ...lookup,
      inSpokeNamespace: (namespace: string) => {
        asked.push(namespace);
        return lookup.inSpokeNamespace(namespace);
      },
    };
    const changes = await affectedChangesOf(
      objects,
      { object: edit({ lifecycle: guest }), oldObject: live },
      { referrers },
    );
    assert.deepEqual([changes.length, asked], [3, ['shop']]);
  });

  it('are visible only to a requester who may see them', async () => {
    const visibility = createNameVisibility(({ namespace }) => Promise.resolve(namespace === 'team'));
    const foreign = placedDeployment({ namespace: 'other', name: 'guest', environmentNamespace: 'team' });
    const request = { object: edit({ lifecycle: keeper }), oldObject: live };
    const changes = await affectedChangesOf([...objects, placedDeployment(), foreign], request, { visibility });
    const visible = changes.map(({ deployment }) => [deployment.name, deployment.visible]);
    assert.deepEqual(Object.fromEntries(visible), { web: true, guest: false });
  });
});
