import assert from 'node:assert/strict';
import { cutText } from '../../../src/domain/text/cut-text.ts';

const cases: { text: string; length: number; cut: string; why: string }[] = [
  { text: 'abc', length: 3, cut: 'abc', why: 'it fits' },
  { text: 'abcd', length: 3, cut: 'ab…', why: 'the end is replaced' },
  { text: 'a😀b', length: 3, cut: 'a…', why: 'half of a surrogate pair is no character' },
  { text: '', length: 3, cut: '', why: 'there is nothing to cut' },
];

describe('a cut text', () => {
  for (const { text, length, cut, why } of cases) {
    it(`is ${JSON.stringify(cut)} of ${JSON.stringify(text)}: ${why}`, () => {
      assert.equal(cutText(text, length), cut);
    });
  }
});
