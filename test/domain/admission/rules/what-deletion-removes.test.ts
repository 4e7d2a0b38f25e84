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
  wordsOf,
} from '../../../support/deployment-changes.ts';
import type { SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';

const on = ['a', 'b'];
const staying = { workload: { orphan: true } };
const beside = (...clusters: string[]) => peer(spokeState('owner', clusters), { visible: false });

const cases: {
  what: string;
  observed: SpokeState;
  peers?: Peer[];
  says: RegExp[];
  not?: RegExp;
  why: string;
}[] = [
  {
    what: 'one that owns its namespace',
    observed: spokeState('owner', on),
    says: [/Workload shop\/web goes from a, b, and Namespace shop with all/, /even if it was there before/],
    why: 'H7',
  },
  {
    what: 'one that owns it together with another',
    observed: spokeState('owner', on),
    peers: [beside('a', 'b')],
    says: [/Workload shop\/web goes from a, b; Namespace shop stays/],
    not: /even if/,
    why: 'H4',
  },
  {
    what: 'one that owns it together with another on one cluster',
    observed: spokeState('owner', on),
    peers: [beside('b', 'c')],
    says: [/goes from a, b, and Namespace shop on a with all/],
    why: 'it goes where nobody else owns it',
  },
  {
    what: 'one that owns it, beside a guest',
    observed: spokeState('owner', on),
    peers: [peer(spokeState('guest', on))],
    says: [/Namespace shop with all/],
    why: 'a guest keeps nothing',
  },
  {
    what: 'one that leaves its namespace behind',
    observed: spokeState('keeper', on),
    says: [/Workload shop\/web goes from a, b; Namespace shop .*kept/],
    not: /even if/,
    why: 'orphan: true',
  },
  {
    what: 'one that leaves everything behind',
    observed: { ...spokeState('keeper', on), lifecycle: { ...lifecycles.keeper, ...staying } },
    says: [/Workload shop\/web and Namespace shop stay on a, b/],
    not: /goes/,
    why: 'nothing goes',
  },
  {
    what: 'a guest',
    observed: spokeState('guest', on),
    says: [/Workload shop\/web goes from a, b; Namespace shop .*stays: it was not created here/],
    not: /even if/,
    why: 'the namespace is not ours',
  },
  {
    what: 'a guest that leaves its Workload behind',
    observed: { ...spokeState('guest', on), lifecycle: { ...lifecycles.guest, ...staying } },
    says: [/stay on a, b/],
    not: /goes/,
    why: 'nothing goes',
  },
  {
    what: 'one that owns its namespace but keeps its Workload',
    observed: { ...spokeState('owner', on), lifecycle: { ...lifecycles.owner, ...staying } },
    says: [/goes from a, b, and Namespace shop with all/],
    why: 'what is in a namespace goes with it',
  },
  {
    what: 'one that may be anywhere',
    observed: spokeState('owner'),
    says: [/goes from every cluster .*Namespace shop with all/],
    not: /except/,
    why: 'nobody knows where it is',
  },
  {
    what: 'one that may be anywhere, beside another owner',
    observed: spokeState('owner'),
    peers: [beside('a')],
    says: [/Namespace shop with all .*except where another/],
    why: 'some may stay',
  },
];

describe('WhatDeletionRemoves', () => {
  for (const { what, observed, peers = [], says, not, why } of cases) {
    it(`says what goes and what stays of ${what}: ${why}`, () => {
      const facts = deletionRequest(deploymentChange({ observed, peers }));
      assert.deepEqual(findingsOf(rule, facts), [{ path: '' }]);
      const words = wordsOf(rule, facts);
      for (const expected of says) assert.match(words, expected);
      if (not !== undefined) assert.doesNotMatch(words, not);
      assert.doesNotMatch(words, /cart|other\//, 'whoever else is there is not named');
    });
  }

  it('is not sure of what is to be kept where that is not applied yet', () => {
    const observed = spokeState('keeper', on);
    const words = (orphanUnconfirmedOn: string[]) =>
      wordsOf(rule, deletionRequest(deploymentChange({ observed, orphanUnconfirmedOn })));
    assert.match(words(['b']), /Namespace shop stays.*, except on b, where that is not applied yet$/);
    assert.doesNotMatch(words([]), /except/);
  });

  it('counts the clusters beyond five', () => {
    const clusters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const words = wordsOf(rule, deletionRequest(deploymentChange({ observed: spokeState('owner', clusters) })));
    assert.match(words, /from a, b, c, d, e and 2 more/);
  });

  it('has nothing to say where nothing is known or nothing is there', () => {
    for (const observed of [spokeState('unknown', on), spokeState('owner', [])]) {
      assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({ observed }))), []);
    }
    assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({}))), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('only warns: a deletion is asked for', () => {
    assert.deepEqual([rule.severity, rule.operations], ['warn', ['DELETE']]);
  });
});
