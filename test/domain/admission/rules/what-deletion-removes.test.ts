import assert from 'node:assert/strict';
import type { Peer } from '../../../../src/domain/spoke/change.ts';
import { whatDeletionRemoves as rule } from '../../../../src/domain/admission/rules/what-deletion-removes.ts';
import { findingsOf } from '../../../support/facts.ts';
import {
  deletionRequest,
  spokeState,
  lifecycles,
  peer,
  deploymentChange,
  messagesOf,
} from '../../../support/deployment-changes.ts';
import type { SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';

const on = ['a', 'b'];
const staying = { workload: { orphan: true } };
const otherOwner = (...clusters: string[]) => peer(spokeState('owner', clusters));

const cases: {
  what: string;
  observed: SpokeState;
  peers?: Peer[];
  says: RegExp[];
  not?: RegExp;
  why: string;
}[] = [
  {
    what: 'an owner',
    observed: spokeState('owner', on),
    says: [
      /Workload shop\/web is removed from a, b; Namespace shop is deleted with everything/,
      /even if it existed before/,
    ],
    why: 'H7',
  },
  {
    what: 'an owner with another owner',
    observed: spokeState('owner', on),
    peers: [otherOwner('a', 'b')],
    says: [/Workload shop\/web is removed from a, b; Namespace shop stays/],
    not: /even if/,
    why: 'H4',
  },
  {
    what: 'an owner with another owner on one cluster',
    observed: spokeState('owner', on),
    peers: [otherOwner('b', 'c')],
    says: [/is removed from a, b; Namespace shop on a is deleted with everything/],
    why: 'it is deleted where no other deployment owns it',
  },
  {
    what: 'an owner with a guest',
    observed: spokeState('owner', on),
    peers: [peer(spokeState('guest', on))],
    says: [/Namespace shop is deleted with everything/],
    why: 'a guest protects nothing',
  },
  {
    what: 'a keeper',
    observed: spokeState('keeper', on),
    says: [/Workload shop\/web is removed from a, b; Namespace shop .*kept/],
    not: /even if/,
    why: 'orphan: true',
  },
  {
    what: 'a keeper that orphans its Workload too',
    observed: { ...spokeState('keeper', on), lifecycle: { ...lifecycles.keeper, ...staying } },
    says: [/Workload shop\/web and Namespace shop stay on a, b/],
    not: /removed|deleted/,
    why: 'nothing is deleted',
  },
  {
    what: 'a guest',
    observed: spokeState('guest', on),
    says: [/Workload shop\/web is removed from a, b; Namespace shop .*stays: this deployment did not create it/],
    not: /even if/,
    why: 'it did not create the namespace',
  },
  {
    what: 'a guest that orphans its Workload',
    observed: { ...spokeState('guest', on), lifecycle: { ...lifecycles.guest, ...staying } },
    says: [/stay on a, b/],
    not: /removed|deleted/,
    why: 'nothing is deleted',
  },
  {
    what: 'an owner that orphans its Workload',
    observed: { ...spokeState('owner', on), lifecycle: { ...lifecycles.owner, ...staying } },
    says: [/is removed from a, b; Namespace shop is deleted with everything/],
    why: 'the content of a namespace is deleted with it',
  },
  {
    what: 'an owner on unknown clusters',
    observed: spokeState('owner'),
    says: [/is removed from every cluster .*Namespace shop is deleted with everything/],
    not: /except/,
    why: 'its clusters are not known',
  },
  {
    what: 'an owner on unknown clusters with another owner',
    observed: spokeState('owner'),
    peers: [otherOwner('a')],
    says: [/Namespace shop is deleted with everything .*except where another/],
    why: 'it may stay on some clusters',
  },
];

describe('WhatDeletionRemoves', () => {
  for (const { what, observed, peers = [], says, not, why } of cases) {
    it(`says what the deletion of ${what} removes: ${why}`, () => {
      const facts = deletionRequest(deploymentChange({ observed, peers }));
      assert.deepEqual(findingsOf(rule, facts), [{ path: '' }]);
      const message = messagesOf(rule, facts);
      for (const expected of says) assert.match(message, expected);
      if (not !== undefined) assert.doesNotMatch(message, not);
      assert.doesNotMatch(message, /cart|other\//, 'peers are not named');
    });
  }

  it('says the same whether or not a deployment that the requester may not see owns the namespace', () => {
    for (const observed of [spokeState('owner', on), spokeState('owner')]) {
      const without = messagesOf(rule, deletionRequest(deploymentChange({ observed })));
      assert.match(without, /before, unless a WorkloadDeployment that you may not see owns it too$/);
      for (const clusters of [['a'], ['a', 'b']]) {
        const peers = [peer(spokeState('owner', clusters), { visible: false })];
        assert.equal(messagesOf(rule, deletionRequest(deploymentChange({ observed, peers }))), without);
      }
    }
    const facts = deletionRequest(deploymentChange({ observed: spokeState('owner', on) }));
    assert.match(messagesOf(rule, { ...facts, seesAllDeployments: true }), /even if it existed before$/);
  });

  it('excludes clusters where orphan: true is not confirmed', () => {
    const observed = spokeState('keeper', on);
    const messages = (orphanUnconfirmedOn: string[]) =>
      messagesOf(rule, deletionRequest(deploymentChange({ observed, orphanUnconfirmedOn })));
    assert.match(
      messages(['b']),
      /Namespace shop stays.*, except on b, where the work agent has not applied orphan: true yet$/,
    );
    assert.doesNotMatch(messages([]), /except/);
  });

  it('names five clusters and counts the others', () => {
    const clusters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const message = messagesOf(rule, deletionRequest(deploymentChange({ observed: spokeState('owner', clusters) })));
    assert.match(message, /from a, b, c, d, e and 2 more/);
  });

  it('finds nothing if the lifecycle is not known or nothing is on the spokes', () => {
    for (const observed of [spokeState('unknown', on), spokeState('owner', [])]) {
      assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({ observed }))), []);
    }
    assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({}))), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('only warns, because the deletion is intended', () => {
    assert.deepEqual([rule.severity, rule.operations], ['warn', ['DELETE']]);
  });
});
