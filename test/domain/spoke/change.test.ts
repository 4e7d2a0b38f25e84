import assert from 'node:assert/strict';
import {
  namespaceLoss,
  peersOf,
  unconfirmedOrphanLoss,
  type Loss,
  type Peer,
} from '../../../src/domain/spoke/change.ts';
import { spokeState, lifecycles, peer, deploymentChange } from '../../support/deployment-changes.ts';
import { owns, mayShareCluster, sharedClusters } from '../../../src/domain/spoke/spoke-state.ts';

describe('a deployment', () => {
  it('owns a namespace that it makes and does not leave behind', () => {
    assert.equal(owns(spokeState('owner')), true);
    assert.equal(owns(spokeState('keeper')), false, 'one that orphans holds no ownership');
    assert.equal(owns(spokeState('guest')), false);
    assert.equal(owns(spokeState('unknown')), false);
  });

  it('owns it whatever becomes of the Workload', () => {
    assert.equal(
      owns({ ...spokeState('owner'), lifecycle: { ...lifecycles.owner, workload: { orphan: true } } }),
      true,
    );
  });
});

const meetings: {
  left: string[] | undefined;
  right: string[] | undefined;
  meet: boolean;
  at: string[];
  why: string;
}[] = [
  { left: ['a', 'b'], right: ['b', 'c'], meet: true, at: ['b'], why: 'they share a cluster' },
  { left: ['a'], right: ['b'], meet: false, at: [], why: 'on different clusters' },
  { left: undefined, right: ['b'], meet: true, at: ['b'], why: 'one is unknown' },
  { left: ['a'], right: undefined, meet: true, at: ['a'], why: 'one is unknown' },
  { left: [], right: ['b'], meet: true, at: ['b'], why: 'one is nowhere yet, and may come anywhere' },
  { left: ['a'], right: [], meet: true, at: ['a'], why: 'one is nowhere yet, and may come anywhere' },
  { left: undefined, right: undefined, meet: true, at: [], why: 'neither is known' },
  { left: [], right: undefined, meet: true, at: [], why: 'neither is known' },
];

describe('two deployments', () => {
  for (const { left, right, meet, at, why } of meetings) {
    it(`on ${left?.join(', ') ?? 'unknown'} and ${right?.join(', ') ?? 'unknown'} ${meet ? 'may' : 'do not'} meet: ${why}`, () => {
      const [one, other] = [spokeState('owner', left), spokeState('guest', right)];
      assert.equal(mayShareCluster(one, other), meet);
      assert.deepEqual(sharedClusters(one, other), at);
    });
  }
});

const elsewhere = { namespace: 'store' };
const losses: { what: string; clusters: string[] | undefined; beside: Peer[]; loss: Loss; why: string }[] = [
  {
    what: 'alone',
    clusters: ['a', 'b'],
    beside: [],
    loss: { where: 'clusters', clusters: ['a', 'b'] },
    why: 'nobody else owns it',
  },
  {
    what: 'beside an owner',
    clusters: ['a'],
    beside: [peer(spokeState('owner', ['a']))],
    loss: { where: 'nowhere' },
    why: 'H4: two owners',
  },
  {
    what: 'beside an owner on one of two',
    clusters: ['a', 'b'],
    beside: [peer(spokeState('owner', ['b']))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'it stays where the other is',
  },
  {
    what: 'beside two owners, one on each',
    clusters: ['a', 'b'],
    beside: [peer(spokeState('owner', ['a'])), peer(spokeState('owner', ['b']), { name: 'till' })],
    loss: { where: 'nowhere' },
    why: 'each keeps it on one',
  },
  {
    what: 'beside one that keeps it',
    clusters: ['a'],
    beside: [peer(spokeState('keeper', ['a']))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'H2: one that orphans holds no ownership',
  },
  {
    what: 'beside a guest',
    clusters: ['a'],
    beside: [peer(spokeState('guest', ['a']))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'H3',
  },
  {
    what: 'beside an owner of another namespace',
    clusters: ['a'],
    beside: [peer(spokeState('owner', ['a'], elsewhere))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'that is no help',
  },
  {
    what: 'beside an owner that may be anywhere',
    clusters: ['a'],
    beside: [peer(spokeState('owner'))],
    loss: { where: 'clusters', clusters: ['a'] },
    why: 'nobody knows that it is there',
  },
  { what: 'on no cluster', clusters: [], beside: [], loss: { where: 'nowhere' }, why: 'it is not there' },
  {
    what: 'wherever it is',
    clusters: undefined,
    beside: [],
    loss: { where: 'unknown', kept: false },
    why: 'nobody knows where it is',
  },
  {
    what: 'wherever it is, beside an owner',
    clusters: undefined,
    beside: [peer(spokeState('owner', ['a']))],
    loss: { where: 'unknown', kept: true },
    why: 'it stays where the other is',
  },
];

describe('an owned namespace that is given up', () => {
  for (const { what, clusters, beside, loss, why } of losses) {
    it(`${what} goes ${loss.where === 'clusters' ? `from ${loss.clusters.join(', ')}` : loss.where}: ${why}`, () => {
      assert.deepEqual(namespaceLoss(spokeState('owner', clusters), clusters, beside), loss);
    });
  }

  it('does not go at all where it is not owned', () => {
    for (const role of ['keeper', 'guest', 'unknown'] as const) {
      assert.deepEqual(namespaceLoss(spokeState(role, ['a']), ['a'], []), { where: 'nowhere' }, role);
    }
  });
});

describe('a namespace that is to be kept', () => {
  const orphanUnconfirmedOn = ['a', 'b'];

  it('would go where the agents have not heard of that', () => {
    assert.deepEqual(
      unconfirmedOrphanLoss(deploymentChange({ observed: spokeState('keeper', ['a', 'b', 'c']), orphanUnconfirmedOn })),
      orphanUnconfirmedOn,
    );
  });

  it('would go nowhere when they all have, or where another one owns it', () => {
    const observed = spokeState('keeper', ['a', 'b']);
    assert.deepEqual(unconfirmedOrphanLoss(deploymentChange({ observed })), []);
    assert.deepEqual(
      unconfirmedOrphanLoss(
        deploymentChange({ observed, orphanUnconfirmedOn, peers: [peer(spokeState('owner', ['b']))] }),
      ),
      ['a'],
    );
  });

  it('is not one that is owned, that was there before, or of which nothing is known', () => {
    for (const role of ['owner', 'guest', 'unknown'] as const) {
      assert.deepEqual(
        unconfirmedOrphanLoss(deploymentChange({ observed: spokeState(role, ['a']), orphanUnconfirmedOn })),
        [],
        role,
      );
    }
    assert.deepEqual(unconfirmedOrphanLoss(deploymentChange({ orphanUnconfirmedOn })), []);
  });
});

describe('a namespace that a neighbour owns too', () => {
  const leaving = spokeState('owner', ['a', 'b']);
  const beside = (applied?: string[]) =>
    peer(spokeState('owner', ['a', 'b']), applied === undefined ? {} : { appliedOn: applied });

  it('stays where that one is applied, and goes where it is still to come', () => {
    assert.deepEqual(namespaceLoss(leaving, ['a', 'b'], [beside()]), { where: 'nowhere' });
    assert.deepEqual(namespaceLoss(leaving, ['a', 'b'], [beside(['a'])]), { where: 'clusters', clusters: ['b'] });
    assert.deepEqual(namespaceLoss(leaving, ['a', 'b'], [beside([])]), { where: 'clusters', clusters: ['a', 'b'] });
  });
});

describe('the neighbours of a deployment', () => {
  it('are all in the list but itself, namesakes in other namespaces and others in its own included', () => {
    const of = (namespace: string, name: string) => peer(spokeState('owner'), { namespace, name });
    const list = [of('team', 'web'), of('other', 'web'), of('team', 'cart'), of('other', 'cart')];
    const deployment = { namespace: 'team', name: 'web', visible: true };
    const found = peersOf({ deployment, peers: list }).map(({ namespace, name }) => `${namespace}/${name}`);
    assert.deepEqual(found, ['other/web', 'team/cart', 'other/cart']);
  });

  it('keep nothing where they are nowhere', () => {
    const loss = namespaceLoss(spokeState('owner', ['a']), ['a'], [peer(spokeState('owner'))]);
    assert.deepEqual(loss, { where: 'clusters', clusters: ['a'] });
    assert.deepEqual(namespaceLoss(spokeState('owner'), [], []), { where: 'nowhere' });
  });
});
