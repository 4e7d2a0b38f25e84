import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import {
  couldMeet,
  hasReservation,
  isForeign,
  isReachedAnew,
  knownCommonClusters,
  mayMeet,
  namedClusters,
} from '../../../src/domain/spoke/meeting.ts';
import { deploymentChange, peer, spokeState } from '../../support/deployment-changes.ts';

const on = (value: string): JsonObject => ({
  predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { side: value } } } }],
});
const at = (clusters?: string[]) => spokeState('owner', clusters);
const moving = deploymentChange({ mayReachOtherClusters: true, selections: [on('1')] });
const staying = deploymentChange({});
const own = { namespace: 'team' };

describe('whether a deployment and a peer may be on the same cluster', () => {
  const cases: {
    what: string;
    change: typeof moving;
    other: ReturnType<typeof peer>;
    before: boolean;
    after: boolean;
  }[] = [
    {
      what: 'present clusters, if the placement stays',
      change: staying,
      other: peer(at(['b'])),
      before: false,
      after: false,
    },
    { what: 'unknown clusters, if the placement stays', change: staying, other: peer(at()), before: true, after: true },
    { what: 'clusters that OCM selects again', change: moving, other: peer(at(['b'])), before: false, after: true },
    { what: 'clusters that the peer has now too', change: moving, other: peer(at(['a'])), before: true, after: true },
    {
      what: 'the same for a peer that is on no cluster',
      change: moving,
      other: peer(at([])),
      before: false,
      after: true,
    },
    {
      what: 'disjoint selections',
      change: moving,
      other: peer(at(['b']), { selections: [on('2')] }),
      before: false,
      after: false,
    },
    {
      what: 'selections that may overlap',
      change: moving,
      other: peer(at(['b']), { selections: [on('1')] }),
      before: false,
      after: true,
    },
    {
      what: 'a peer of the own hub namespace',
      change: moving,
      other: peer(at(['b']), own),
      before: false,
      after: false,
    },
    {
      what: 'a peer that has been on no cluster for long',
      change: moving,
      other: peer(at(), { isUnplaced: true }),
      before: false,
      after: false,
    },
    {
      what: 'such a peer of the own hub namespace',
      change: moving,
      other: peer(at(), { ...own, isUnplaced: true }),
      before: true,
      after: true,
    },
  ];
  for (const { what, change, other, before, after } of cases) {
    it(`depends on ${what}`, () => {
      assert.deepEqual([couldMeet(change, at(['a']), other), mayMeet(change, at(['a']), other)], [before, after]);
    });
  }

  it('depends on what a peer was before, if the same request changes it', () => {
    assert.equal(couldMeet(staying, at(['a']), peer(at(['a']), { observed: at(['b']) })), false);
  });

  it('names clusters only if the requester may see the peer', () => {
    assert.deepEqual(namedClusters(staying, at(), peer(at(['b']))), ['b']);
    assert.deepEqual(namedClusters(staying, at(['b']), peer(at(['b']), { visible: false })), []);
    assert.deepEqual(namedClusters(moving, at(), peer(at(['b']))), [], 'it is not known whether they are common');
    assert.deepEqual(namedClusters(moving, at(['a', 'b']), peer(at(['b']))), ['b']);
  });

  it('asks about clusters and hub namespaces', () => {
    assert.deepEqual([isForeign(staying, peer(at())), isForeign(staying, peer(at(), own))], [true, false]);
    assert.deepEqual([isReachedAnew(moving, peer(at())), isReachedAnew(staying, peer(at()))], [true, false]);
    assert.equal(hasReservation(staying, peer(at(), { isUnplaced: true })), false);
    assert.deepEqual(knownCommonClusters(at(), at(['a'])), []);
  });
});
