import assert from 'node:assert/strict';
import { didYouMean, nearestCandidate } from '../../../src/domain/text/did-you-mean.ts';

const fields = ['name', 'type', 'properties', 'remove', 'traits'];
const topologies = ['topology-ocm', 'topology-ocm-byop'];

const cases: { why: string; name: string; among: string[]; atMost?: number; expected: string | undefined }[] = [
  { why: 'a letter is missing', name: 'propertes', among: fields, expected: 'properties' },
  { why: 'there is one letter too many', name: 'removes', among: fields, expected: 'remove' },
  { why: 'a letter is wrong', name: 'nane', among: fields, expected: 'name' },
  { why: 'two letters are swapped', name: 'tratis', among: fields, expected: 'traits' },
  { why: 'only the case differs', name: 'TYPE', among: fields, expected: 'type' },
  { why: 'nothing is near', name: 'replicas', among: fields, expected: undefined },
  { why: 'short names allow one mistake', name: 'nome', among: fields, expected: 'name' },
  {
    why: 'the nearest of several is chosen',
    name: 'topology-ocm-byo',
    among: topologies,
    expected: 'topology-ocm-byop',
  },
  { why: 'the first of equally near ones is chosen', name: 'ac', among: ['ab', 'bc'], expected: 'ab' },
  { why: 'the caller allows less', name: 'topology-gcp', among: topologies, atMost: 1, expected: undefined },
  { why: 'the length differs by more than the limit', name: 'x'.repeat(100_000), among: fields, expected: undefined },
  { why: 'there are no candidates', name: 'a', among: [], expected: undefined },
];

describe('the nearest candidate', () => {
  for (const { why, name, among, atMost, expected } of cases) {
    it(`of ${name.slice(0, 20)} is ${expected ?? 'absent'}: ${why}`, () => {
      assert.equal(nearestCandidate(name, among, atMost), expected);
    });
  }

  it('is suggested by a question', () => {
    assert.equal(didYouMean('tratis', fields), '; did you mean "traits"?');
    assert.equal(didYouMean('replicas', fields), '');
  });
});
