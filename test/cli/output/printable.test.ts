import assert from 'node:assert/strict';
import { printable } from '../../../src/cli/output/printable.ts';

describe('a printable string', () => {
  const rows: [text: string, printed: string, why: string][] = [
    ['plain – ü 漢', 'plain – ü 漢', 'letters stay as they are'],
    ['\u001b[31mred', '\\u001b[31mred', 'an escape sequence colours nothing'],
    ['a\r\nb', 'a\\u000d\\u000ab', 'one line stays one line'],
    ['\u009b2J', '\\u009b2J', 'the same sequence in one character'],
  ];
  for (const [text, printed, why] of rows) {
    it(`prints ${JSON.stringify(text)} without control characters: ${why}`, () =>
      assert.equal(printable(text), printed));
  }
});
