import assert from 'node:assert/strict';
import { listedReferrers } from '../../../../src/catalog/referrers/listed.ts';
import { PeerFinder } from '../../../../src/webhook/gather/changes/peers.ts';
import { changeSourcesOf, keysOf, stateWith } from '../../../support/change-gathering.ts';
import { lifecycles } from '../../../support/deployment-changes.ts';
import { editedEnvironment, environmentSpec } from '../../../support/environment-edits.ts';
import { requestObject } from '../../../support/facts.ts';
import { placedDeployment } from '../../../support/placed-deployment.ts';

const { owner, guest } = lifecycles;

describe('the peers in a spoke namespace', () => {
  const primary = editedEnvironment([environmentSpec({ lifecycle: owner })], { selected: ['b', 'a'] });

  it('have the clusters on which they are applied: only there they protect what they own', async () => {
    const others = [
      placedDeployment({ name: 'applied', lifecycle: owner, clusters: ['a', 'b'], pending: ['b'] }),
      placedDeployment({ name: 'new' }),
    ];
    const appliedOnIf = async (isOffline: boolean) => {
      const peers = await new PeerFinder(changeSourcesOf([...primary.objects, ...others], { isOffline })).peersIn([
        'shop',
      ]);
      return Object.fromEntries(peers.map(({ name, appliedOn }) => [name, appliedOn]));
    };
    assert.deepEqual(await appliedOnIf(false), { applied: ['a'], new: [] });
    assert.deepEqual(await appliedOnIf(true), { applied: ['a'], new: undefined }, 'in files a status may be missing');
  });

  it('are listed twice while a move is pending: as applied, and as requested', async () => {
    const status = { workload: { namespace: 'shop', name: 'old' } };
    const unmoved = placedDeployment({ spokeNamespace: 'store', lifecycle: owner, clusters: ['a'] });
    const oldObject = { ...unmoved, status: { ...unmoved.status, ...status } };
    for (const spokeNamespace of ['shop', 'store']) {
      const peers = await new PeerFinder(changeSourcesOf([...primary.objects, oldObject])).peersIn([spokeNamespace]);
      const names = peers.map(({ state, appliedOn }) => [state.namespace, state.workloadName, appliedOn?.length]);
      assert.deepEqual(names, [
        ['shop', 'old', 1],
        ['store', 'web', 0],
      ]);
    }
  });

  it('do not include a deployment that is blocked and on no cluster, because it is waiting itself', async () => {
    const blocked = placedDeployment({ name: 'blocked', notApplied: 'NamespaceLifecycleConflict', clusters: [] });
    const stuck = placedDeployment({ name: 'stuck', notApplied: 'NamespaceWouldBeDeleted', clusters: ['a'] });
    const peers = await new PeerFinder(changeSourcesOf([...primary.objects, blocked, stuck])).peersIn(['shop']);
    assert.deepEqual(keysOf(peers), ['team/stuck']);
  });

  it('have the state that the same request gives them, and the observed one', async () => {
    const web = placedDeployment({ lifecycle: owner, clusters: ['a'] });
    const changed = new Map([['team/web', stateWith(guest, ['a'])]]);
    const [found] = await new PeerFinder(changeSourcesOf([...primary.objects, web]), { changed }).peersIn(['shop']);
    assert.deepEqual([found?.observed, found?.state], [stateWith(owner, ['a']), stateWith(guest, ['a'])]);
  });

  const outside = (namespace: string, over: Parameters<typeof changeSourcesOf>[1] = {}) => {
    const web = placedDeployment({ lifecycle: owner, clusters: ['a'] });
    return new PeerFinder(changeSourcesOf([...primary.objects, web], over), { selectionsOutside: namespace }).peersIn([
      'shop',
    ]);
  };

  it('have the Placements that decide where they may be, if they are in another hub namespace', async () => {
    const [foreign] = await outside('other');
    assert.deepEqual(
      foreign?.selections?.map(({ numberOfClusters }) => numberOfClusters),
      [1, 1],
      'applied, and requested',
    );
    const [own] = await outside('team');
    assert.equal(own?.selections, undefined);
  });

  it('have no known Placements if their last change is not on the hub, or if the same request changes them to unknown ones', async () => {
    const blocked = placedDeployment({ clusters: ['a'], lifecycle: owner, notApplied: 'RefusedByHub' });
    const sources = changeSourcesOf([...primary.objects, blocked]);
    const [found] = await new PeerFinder(sources, { selectionsOutside: 'other' }).peersIn(['shop']);
    assert.equal(found?.selections, undefined);
    const web = placedDeployment({ lifecycle: owner, clusters: ['a'] });
    const changed = new Map([['team/web', stateWith(guest, ['a'])]]);
    const options = { changed, selectionsOutside: 'other' };
    const [edited] = await new PeerFinder(changeSourcesOf([...primary.objects, web]), options).peersIn(['shop']);
    assert.equal(edited?.selections, undefined);
  });

  it('reserve nothing after they were without ManifestWorks for a while', async () => {
    const metadata = { creationTimestamp: '2026-01-01T00:00:00Z' };
    const waiting = placedDeployment({ metadata });
    const unplacedIf = async (reservingSince: string) => {
      const sources = changeSourcesOf([...primary.objects, waiting], { reservingSince: () => reservingSince });
      return (await new PeerFinder(sources).peersIn(['shop'])).map(({ isUnplaced = false }) => isUnplaced);
    };
    assert.deepEqual(await unplacedIf('2026-01-01T00:05:00Z'), [true]);
    assert.deepEqual(await unplacedIf('2025-12-31T23:05:00Z'), [false]);
  });

  it('are looked up once for each namespace, and every call returns the same list', async () => {
    const web = placedDeployment({ lifecycle: owner, clusters: ['a'] });
    const index = listedReferrers('mural-system', () => [requestObject(web)]);
    const asked: string[] = [];
    const inSpokeNamespace = (namespace: string) => {
      asked.push(namespace);
      return index.inSpokeNamespace(namespace);
    };
    const finder = new PeerFinder(changeSourcesOf(primary.objects, { referrers: { ...index, inSpokeNamespace } }));
    const [first, second] = [await finder.peersIn(['shop']), await finder.peersIn(['shop', undefined, 'shop'])];
    assert.equal(first, second);
    assert.deepEqual(keysOf(await finder.peersIn(['shop', 'store'])), ['team/web']);
    assert.deepEqual(asked, ['shop', 'store']);
    assert.deepEqual(await finder.peersIn([undefined]), []);
  });
});
