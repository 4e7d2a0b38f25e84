import assert from 'node:assert/strict';
import {
  isMovePending,
  mayAddClusters,
  mayRemoveManifestWorks,
  namespaceLoss,
  peersOf,
  protectingPeers,
  unconfirmedOrphanLoss,
  visibleLoss,
  type Loss,
  type Peer,
} from '../../../src/domain/spoke/change.ts';
import { spokeState, peer, deploymentChange } from '../../support/deployment-changes.ts';

const elsewhere = { namespace: 'store' };
const losses: { what: string; clusters: string[] | undefined; peers: Peer[]; loss: Loss; why: string }[] = [
  {
    what: 'without peers',
    clusters: ['a', 'b'],
    peers: [],
    loss: { where: 'clusters', clusters: ['a', 'b'] },
    why: 'no other deployment owns it',
  },
  {
    what: 'with another owner',
    clusters: ['a'],
    peers: [peer(spokeState('owner', ['a']))],
    loss: { where: 'nowhere' },
    why: 'H4: two owners',
  },
  {
    what: 'with another owner on one of two clusters',
    clusters: ['a', 'b'],
    peers: [peer(spokeState('owner', ['b']))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'it stays on the cluster of the other owner',
  },
  {
    what: 'with two other owners, one on each cluster',
    clusters: ['a', 'b'],
    peers: [peer(spokeState('owner', ['a'])), peer(spokeState('owner', ['b']), { name: 'till' })],
    loss: { where: 'nowhere' },
    why: 'each protects it on one cluster',
  },
  {
    what: 'with a keeper',
    clusters: ['a'],
    peers: [peer(spokeState('keeper', ['a']))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'H2: a keeper does not own it',
  },
  {
    what: 'with a guest',
    clusters: ['a'],
    peers: [peer(spokeState('guest', ['a']))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'H3',
  },
  {
    what: 'with an owner of another namespace',
    clusters: ['a'],
    peers: [peer(spokeState('owner', ['a'], elsewhere))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'that does not protect it',
  },
  {
    what: 'with another owner on unknown clusters',
    clusters: ['a'],
    peers: [peer(spokeState('owner'))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'the other owner may be on other clusters',
  },
  { what: 'on no cluster', clusters: [], peers: [], loss: { where: 'nowhere' }, why: 'it does not exist' },
  {
    what: 'on unknown clusters',
    clusters: undefined,
    peers: [],
    loss: { where: 'unknown', kept: false },
    why: 'its clusters are not known',
  },
  {
    what: 'on unknown clusters, with another owner',
    clusters: undefined,
    peers: [peer(spokeState('owner', ['a']))],
    loss: { where: 'unknown', kept: true },
    why: 'it stays on the clusters of the other owner',
  },
];

describe('an owned namespace whose ManifestWorks are removed', () => {
  for (const { what, clusters, peers, loss, why } of losses) {
    it(`${what} is deleted ${loss.where === 'clusters' ? `on ${loss.clusters.join(', ')}` : loss.where}: ${why}`, () => {
      assert.deepEqual(namespaceLoss(spokeState('owner', clusters), clusters, peers), loss);
    });
  }

  it('is deleted nowhere if the deployment does not own it', () => {
    for (const ownership of ['keeper', 'guest', 'unknown'] as const) {
      assert.deepEqual(namespaceLoss(spokeState(ownership, ['a']), ['a'], []), { where: 'nowhere' }, ownership);
    }
  });
});

describe('a namespace of a keeper', () => {
  const orphanUnconfirmedOn = ['a', 'b'];

  it('is lost where the agents have not confirmed orphan: true', () => {
    assert.deepEqual(
      unconfirmedOrphanLoss(
        deploymentChange({ observed: spokeState('keeper', ['a', 'b', 'c']), orphanUnconfirmedOn }),
        'admission',
      ),
      orphanUnconfirmedOn,
    );
  });

  it('is not lost if all agents have confirmed it, nor where another deployment owns it', () => {
    const observed = spokeState('keeper', ['a', 'b']);
    assert.deepEqual(unconfirmedOrphanLoss(deploymentChange({ observed }), 'admission'), []);
    assert.deepEqual(
      unconfirmedOrphanLoss(
        deploymentChange({ observed, orphanUnconfirmedOn, peers: [peer(spokeState('owner', ['b']))] }),
        'admission',
      ),
      ['a'],
    );
  });

  it('is the only one that can be lost this way', () => {
    for (const ownership of ['owner', 'guest', 'unknown'] as const) {
      assert.deepEqual(
        unconfirmedOrphanLoss(
          deploymentChange({ observed: spokeState(ownership, ['a']), orphanUnconfirmedOn }),
          'admission',
        ),
        [],
        ownership,
      );
    }
    assert.deepEqual(unconfirmedOrphanLoss(deploymentChange({ orphanUnconfirmedOn }), 'admission'), []);
  });
});

describe('a namespace that a peer owns too', () => {
  const leaving = spokeState('owner', ['a', 'b']);
  const owner = (applied?: string[]) =>
    peer(spokeState('owner', ['a', 'b']), applied === undefined ? {} : { appliedOn: applied });

  it('stays where the peer is applied, and is deleted where it is not applied yet', () => {
    assert.deepEqual(namespaceLoss(leaving, ['a', 'b'], [owner()]), { where: 'nowhere' });
    assert.deepEqual(namespaceLoss(leaving, ['a', 'b'], [owner(['a'])]), { where: 'clusters', clusters: ['b'] });
    assert.deepEqual(namespaceLoss(leaving, ['a', 'b'], [owner([])]), { where: 'clusters', clusters: ['a', 'b'] });
  });
});

describe('the peers of a deployment', () => {
  it('are all deployments in the list except itself', () => {
    const of = (namespace: string, name: string) => peer(spokeState('owner'), { namespace, name });
    const list = [of('team', 'web'), of('other', 'web'), of('team', 'cart'), of('other', 'cart')];
    const deployment = { namespace: 'team', name: 'web', visible: true };
    const found = peersOf({ deployment, peers: list }).map(({ namespace, name }) => `${namespace}/${name}`);
    assert.deepEqual(found, ['other/web', 'team/cart', 'other/cart']);
  });

  it('protect nothing if their clusters are not known', () => {
    const loss = namespaceLoss(spokeState('owner', ['a']), ['a'], [peer(spokeState('owner'))]);
    assert.deepEqual(loss, { where: 'clusters', clusters: ['a'] });
    assert.deepEqual(namespaceLoss(spokeState('owner'), [], []), { where: 'nowhere' });
  });
});

describe('a pending move', () => {
  const applied = spokeState('owner', ['a']);
  const cases = [
    { what: 'the same names', desired: spokeState('guest', ['b']), pending: false },
    { what: 'another namespace', desired: spokeState('owner', ['a'], { namespace: 'store' }), pending: true },
    { what: 'another Workload', desired: spokeState('owner', ['a'], { workload: 'cart' }), pending: true },
    { what: 'nothing', desired: undefined, pending: false },
  ];
  for (const { what, desired, pending } of cases) {
    it(`${pending ? 'is' : 'is not'} one of a deployment that asks for ${what}`, () => {
      assert.equal(isMovePending(applied, desired), pending);
    });
  }

  it('is not one of a deployment that is not applied', () => assert.equal(isMovePending(undefined, applied), false));
});

describe('ManifestWorks', () => {
  const cases = [
    { placement: { kind: 'same' }, replacesReplicaSets: false, removed: false },
    { placement: { kind: 'grows' }, replacesReplicaSets: false, removed: false },
    { placement: { kind: 'shrinks', to: 1 }, replacesReplicaSets: false, removed: true },
    { placement: { kind: 'changes' }, replacesReplicaSets: false, removed: true },
    { placement: { kind: 'same' }, replacesReplicaSets: true, removed: true },
  ] as const;
  for (const { removed, ...change } of cases) {
    it(`${removed ? 'may be' : 'are not'} removed from clusters by ${JSON.stringify(change)}`, () => {
      assert.equal(mayRemoveManifestWorks(change), removed);
    });
  }
});

describe('whether OCM may select clusters that it did not select before', () => {
  it('depends on how the Placements change', () => {
    const kinds = ['same', 'grows', 'changes'] as const;
    assert.deepEqual(
      kinds.map((kind) => mayAddClusters({ placement: { kind } })),
      [false, true, true],
    );
    assert.equal(mayAddClusters({ placement: { kind: 'shrinks', to: 1 } }), false);
  });
});

describe('the peers that may keep a namespace', () => {
  const hidden = peer(spokeState('owner', ['a']), { visible: false });
  const seen = peer(spokeState('owner', ['b']), { name: 'seen' });
  const change = deploymentChange({ observed: spokeState('owner', ['a', 'b']), peers: [hidden, seen] });

  it('are, in the answer to a request, those that the requester may see', () => {
    assert.deepEqual(protectingPeers(change, 'admission'), [seen]);
    assert.deepEqual(protectingPeers(change, 'apply'), [hidden, seen]);
  });

  it('are all for a deployment that the requester may not see either', () => {
    const theirs = { ...change, deployment: { ...change.deployment, visible: false } };
    assert.deepEqual(protectingPeers(theirs, 'admission'), [hidden, seen]);
  });

  it('that are hidden do not change which clusters a message names', () => {
    assert.deepEqual(visibleLoss(spokeState('owner', ['a', 'b']), ['a', 'b'], change), {
      where: 'clusters',
      clusters: ['a'],
    });
  });
});
