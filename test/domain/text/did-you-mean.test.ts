import assert from 'node:assert/strict';
import { didYouMean, nearestCandidate } from '../../../src/domain/text/did-you-mean.ts';

const fields = ['name', 'type', 'properties', 'remove', 'traits'];
const topologies = ['topology-ocm', 'topology-ocm-byop'];

const cases: { why: string; name: string; among: string[]; atMost?: number; expected: string | undefined }[] = [
  { why: 'a letter is missing', name: 'propertes', among: fields, expected: 'properties' },
  { why: 'a letter is too many', name: 'removes', among: fields, expected: 'remove' },
  { why: 'a letter is wrong', name: 'nane', among: fields, expected: 'name' },
  { why: 'two letters are swapped', name: 'tratis', among: fields, expected: 'traits' },
  { why: 'case differs only', name: 'TYPE', among: fields, expected: 'type' },
  { why: 'nothing is near', name: 'replicas', among: fields, expected: undefined },
  { why: 'short names allow one mistake', name: 'nome', among: fields, expected: 'name' },
  { why: 'the nearest of several wins', name: 'topology-ocm-byo', among: topologies, expected: 'topology-ocm-byop' },
  { why: 'the first of equals wins', name: 'ac', among: ['ab', 'bc'], expected: 'ab' },
  { why: 'the caller allows less', name: 'topology-gcp', among: topologies, atMost: 1, expected: undefined },
  { why: 'a length differs too much to look closer', name: 'x'.repeat(100_000), among: fields, expected: undefined },
  { why: 'there are no candidates', name: 'a', among: [], expected: undefined },
];

describe('the nearest name', () => {
  for (const { why, name, among, atMost, expected } of cases) {
    it(`of ${name.slice(0, 20)} is ${expected ?? 'none'}: ${why}`, () => {
      assert.equal(nearestCandidate(name, among, atMost), expected);
    });
  }

  it('is put as a question, or left out', () => {
    assert.equal(didYouMean('tratis', fields), '; did you mean "traits"?');
    assert.equal(didYouMean('replicas', fields), '');
  });
});
