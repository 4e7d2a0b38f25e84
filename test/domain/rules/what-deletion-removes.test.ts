import assert from 'node:assert/strict';
import type { Footprint, Neighbour } from '../../../src/domain/footprint.ts';
import { whatDeletionRemoves as rule } from '../../../src/domain/rules/what-deletion-removes.ts';
import { findingsOf } from '../../support/facts.ts';
import { deletionRequest, footprint, lifecycles, neighbour, transition, wordsOf } from '../../support/transitions.ts';

const on = ['a', 'b'];
const staying = { workload: { orphan: true } };
const beside = (...clusters: string[]) => neighbour(footprint('owner', clusters), { visible: false });

const cases: {
  what: string;
  before: Footprint;
  neighbours?: Neighbour[];
  says: RegExp[];
  not?: RegExp;
  why: string;
}[] = [
  {
    what: 'one that owns its namespace',
    before: footprint('owner', on),
    says: [/Workload shop\/web goes from a, b, and Namespace shop with all/, /even if it was there before/],
    why: 'H7',
  },
  {
    what: 'one that owns it together with another',
    before: footprint('owner', on),
    neighbours: [beside('a', 'b')],
    says: [/Workload shop\/web goes from a, b; Namespace shop stays/],
    not: /even if/,
    why: 'H4',
  },
  {
    what: 'one that owns it together with another on one cluster',
    before: footprint('owner', on),
    neighbours: [beside('b', 'c')],
    says: [/goes from a, b, and Namespace shop on a with all/],
    why: 'it goes where nobody else owns it',
  },
  {
    what: 'one that owns it, beside a guest',
    before: footprint('owner', on),
    neighbours: [neighbour(footprint('guest', on))],
    says: [/Namespace shop with all/],
    why: 'a guest keeps nothing',
  },
  {
    what: 'one that leaves its namespace behind',
    before: footprint('keeper', on),
    says: [/Workload shop\/web goes from a, b; Namespace shop .*kept/],
    not: /even if/,
    why: 'orphan: true',
  },
  {
    what: 'one that leaves everything behind',
    before: { ...footprint('keeper', on), lifecycle: { ...lifecycles.keeper, ...staying } },
    says: [/Workload shop\/web and Namespace shop stay on a, b/],
    not: /goes/,
    why: 'nothing goes',
  },
  {
    what: 'a guest',
    before: footprint('guest', on),
    says: [/Workload shop\/web goes from a, b; Namespace shop .*stays: it was not created here/],
    not: /even if/,
    why: 'the namespace is not ours',
  },
  {
    what: 'a guest that leaves its Workload behind',
    before: { ...footprint('guest', on), lifecycle: { ...lifecycles.guest, ...staying } },
    says: [/stay on a, b/],
    not: /goes/,
    why: 'nothing goes',
  },
  {
    what: 'one that owns its namespace but keeps its Workload',
    before: { ...footprint('owner', on), lifecycle: { ...lifecycles.owner, ...staying } },
    says: [/goes from a, b, and Namespace shop with all/],
    why: 'what is in a namespace goes with it',
  },
  {
    what: 'one that may be anywhere',
    before: footprint('owner'),
    says: [/goes from every cluster .*Namespace shop with all/],
    not: /except/,
    why: 'nobody knows where it is',
  },
  {
    what: 'one that may be anywhere, beside another owner',
    before: footprint('owner'),
    neighbours: [beside('a')],
    says: [/Namespace shop with all .*except where another/],
    why: 'some may stay',
  },
];

describe('WhatDeletionRemoves', () => {
  for (const { what, before, neighbours = [], says, not, why } of cases) {
    it(`says what goes and what stays of ${what}: ${why}`, () => {
      const facts = deletionRequest(transition({ before, neighbours }));
      assert.deepEqual(findingsOf(rule, facts), [{ path: '' }]);
      const words = wordsOf(rule, facts);
      for (const expected of says) assert.match(words, expected);
      if (not !== undefined) assert.doesNotMatch(words, not);
      assert.doesNotMatch(words, /cart|other\//, 'whoever else is there is not named');
    });
  }

  it('is not sure of what is to be kept where that is not applied yet', () => {
    const before = footprint('keeper', on);
    const words = (pending: string[]) => wordsOf(rule, deletionRequest(transition({ before, pending })));
    assert.match(words(['b']), /Namespace shop stays.*, except on b, where that is not applied yet$/);
    assert.doesNotMatch(words([]), /except/);
  });

  it('counts the clusters beyond five', () => {
    const clusters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const words = wordsOf(rule, deletionRequest(transition({ before: footprint('owner', clusters) })));
    assert.match(words, /from a, b, c, d, e and 2 more/);
  });

  it('has nothing to say where nothing is known or nothing is there', () => {
    for (const before of [footprint('unknown', on), footprint('owner', [])]) {
      assert.deepEqual(findingsOf(rule, deletionRequest(transition({ before }))), []);
    }
    assert.deepEqual(findingsOf(rule, deletionRequest(transition({}))), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('only warns: a deletion is asked for', () => {
    assert.deepEqual([rule.severity, rule.operations], ['warn', ['DELETE']]);
  });
});
