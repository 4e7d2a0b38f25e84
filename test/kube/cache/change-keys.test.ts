import assert from 'node:assert/strict';
import { keysOfChange, type KeyRoute } from '../../../src/kube/cache/change-keys.ts';
import type { Change } from '../../../src/kube/cache/object-store.ts';

interface TestObject {
  owners: string[];
  note?: string;
}

const keys = ({ owners }: TestObject) => owners;
const ifChanged = keys;

describe('the keys of a change', () => {
  const rows: [why: string, change: Change<TestObject>, route: KeyRoute<TestObject>, expected: string[]][] = [
    ['an added object', { type: 'added', object: { owners: ['a', 'b'] } }, { keys }, ['a', 'b']],
    ['a key is given once', { type: 'added', object: { owners: ['a', 'a'] } }, { keys }, ['a']],
    [
      'both owners of an object that changes its owner',
      { type: 'modified', previous: { owners: ['a', 'b'] }, object: { owners: ['b', 'c'] } },
      { keys },
      ['a', 'b', 'c'],
    ],
    [
      'both states of a deleted object',
      { type: 'deleted', previous: { owners: ['a'] }, object: { owners: ['b'] } },
      { keys },
      ['a', 'b'],
    ],
    ['a type that is not routed', { type: 'added', object: { owners: ['a'] } }, { keys, on: ['deleted'] }, []],
    ['a type that is routed', { type: 'added', object: { owners: ['a'] } }, { keys, on: ['added'] }, ['a']],
    [
      'a modification that leaves the part that matters equal',
      { type: 'modified', previous: { owners: ['a'] }, object: { owners: ['a'], note: 'new' } },
      { keys, ifChanged },
      [],
    ],
    [
      'a modification of the part that matters',
      { type: 'modified', previous: { owners: ['a'] }, object: { owners: ['b'] } },
      { keys, ifChanged },
      ['a', 'b'],
    ],
    [
      'a deletion is never left out as unchanged',
      { type: 'deleted', previous: { owners: ['a'] }, object: { owners: ['a'] } },
      { keys, ifChanged },
      ['a'],
    ],
    [
      'an addition is never left out as unchanged',
      { type: 'added', object: { owners: ['a'] } },
      { keys, ifChanged },
      ['a'],
    ],
  ];
  for (const [why, change, route, expected] of rows) {
    it(`are [${expected.join(', ')}]: ${why}`, () => assert.deepEqual(keysOfChange(change, route), expected));
  }
});
