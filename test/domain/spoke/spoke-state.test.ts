import assert from 'node:assert/strict';
import {
  isPresent,
  mayShareCluster,
  owns,
  ownershipOf,
  sharedClusters,
} from '../../../src/domain/spoke/spoke-state.ts';
import { lifecycles, spokeState } from '../../support/deployment-changes.ts';

describe('the ownership of a namespace', () => {
  for (const ownership of ['owner', 'keeper', 'guest'] as const) {
    it(`is ${ownership} for ${JSON.stringify(lifecycles[ownership].spokeNamespace)}`, () => {
      assert.equal(ownershipOf(spokeState(ownership)), ownership);
      assert.equal(owns(spokeState(ownership)), ownership === 'owner', 'a keeper does not own it');
    });
  }

  it('is guest for orphan: true without create: true', () => {
    const lifecycle = { spokeNamespace: { create: false, orphan: true }, workload: { orphan: false } };
    assert.equal(ownershipOf({ ...spokeState('unknown'), lifecycle }), 'guest');
  });

  it('is not known without a lifecycle', () => {
    assert.equal(ownershipOf(spokeState('unknown')), undefined);
    assert.equal(owns(spokeState('unknown')), false);
  });

  it('does not depend on what happens to the Workload', () => {
    const lifecycle = { ...lifecycles.owner, workload: { orphan: true } };
    assert.equal(owns({ ...spokeState('owner'), lifecycle }), true);
  });
});

describe('a deployment', () => {
  it('is present in its namespace with a Workload, or with the Namespace alone', () => {
    assert.equal(isPresent(spokeState('guest')), true);
    assert.equal(isPresent(spokeState('owner', ['a'], { workload: '' })), true);
    assert.equal(isPresent(spokeState('guest', ['a'], { workload: '' })), false);
    assert.equal(isPresent(spokeState('unknown', ['a'], { workload: '' })), false);
  });
});

const cases: {
  left: string[] | undefined;
  right: string[] | undefined;
  mayShare: boolean;
  shared: string[];
  why: string;
}[] = [
  { left: ['a', 'b'], right: ['b', 'c'], mayShare: true, shared: ['b'], why: 'they share a cluster' },
  { left: ['a'], right: ['b'], mayShare: false, shared: [], why: 'they are on different clusters' },
  { left: undefined, right: ['b'], mayShare: true, shared: ['b'], why: 'one is not known' },
  { left: ['a'], right: undefined, mayShare: true, shared: ['a'], why: 'one is not known' },
  { left: [], right: ['b'], mayShare: true, shared: ['b'], why: 'no cluster is selected for one yet' },
  { left: ['a'], right: [], mayShare: true, shared: ['a'], why: 'no cluster is selected for one yet' },
  { left: undefined, right: undefined, mayShare: true, shared: [], why: 'neither is known' },
  { left: [], right: undefined, mayShare: true, shared: [], why: 'neither is known' },
];

describe('two deployments', () => {
  const listed = (clusters: string[] | undefined) => (clusters === undefined ? 'unknown' : `[${clusters.join(', ')}]`);
  for (const { left, right, mayShare, shared, why } of cases) {
    it(`on ${listed(left)} and ${listed(right)} ${mayShare ? 'may' : 'do not'} share a cluster: ${why}`, () => {
      const [one, other] = [spokeState('owner', left), spokeState('guest', right)];
      assert.equal(mayShareCluster(one, other), mayShare);
      assert.deepEqual(sharedClusters(one, other), shared);
    });
  }
});
