import assert from 'node:assert/strict';
import { sameRef } from '../../../src/domain/refs/same-ref.ts';

const cases: { left: unknown; right: unknown; same: boolean; why: string }[] = [
  { left: { name: 'a' }, right: { name: 'a' }, same: true, why: 'the same text' },
  {
    left: { name: 'a', namespace: 'b' },
    right: { namespace: 'b', name: 'a' },
    same: true,
    why: 'the order does not matter',
  },
  { left: { name: 'a' }, right: { name: 'a@v1' }, same: false, why: 'another text, even if it means the same' },
  { left: { name: 'a' }, right: { name: 'a', namespace: 'b' }, same: false, why: 'another namespace' },
  { left: { name: 'a' }, right: { name: 'a', namespace: '' }, same: true, why: 'an empty namespace means the own one' },
  { left: { name: 'a' }, right: undefined, same: false, why: 'one is absent' },
];

describe('two refs', () => {
  for (const { left, right, same, why } of cases) {
    it(`${JSON.stringify(left)} and ${JSON.stringify(right)} are ${same ? '' : 'not '}the same: ${why}`, () => {
      assert.equal(sameRef(left, right), same);
    });
  }
});
