import assert from 'node:assert/strict';
import { conditionMessage, maxMessageLength } from '../../../src/domain/text/condition-message.ts';

const rows: { what: string; text: string; end: RegExp; why: string }[] = [
  { what: 'a text that fits', text: 'x'.repeat(maxMessageLength), end: /^x+$/, why: 'nothing is left out' },
  { what: 'one long line', text: 'x'.repeat(40_000), end: /x…$/, why: 'its beginning says the most' },
  {
    what: 'many lines',
    text: Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n'),
    end: /line \d+\n… and \d+ more lines$/,
    why: 'whole lines can be read',
  },
  {
    what: 'a short line and a long one',
    text: `short\n${'x'.repeat(40_000)}`,
    end: /^short\n… and 1 more line$/,
    why: 'it is left out whole',
  },
  {
    what: 'a long line and a short one',
    text: `${'x'.repeat(40_000)}\nshort`,
    end: /x\n… and 1 more line$/,
    why: 'the rest of the first is not the only thing missing',
  },
];

describe('the message of a condition', () => {
  for (const { what, text, end, why } of rows) {
    it(`is short enough for ${what}: ${why}`, () => {
      const message = conditionMessage(text);
      assert.ok(message.length <= maxMessageLength, String(message.length));
      assert.match(message, end);
    });
  }

  it('counts every line once', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`);
    const cut = conditionMessage(lines.join('\n')).split('\n');
    assert.equal(cut.at(-1), `… and ${lines.length - (cut.length - 1)} more lines`);
  });

  it('never cuts a character in two, which the API server would change each time', () => {
    for (const before of ['', 'x']) assert.ok(conditionMessage(before + '😀'.repeat(4000)).isWellFormed());
  });
});
