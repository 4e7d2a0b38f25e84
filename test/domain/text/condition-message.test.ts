import assert from 'node:assert/strict';
import { conditionMessage, maxMessageLength } from '../../../src/domain/text/condition-message.ts';

const rows: { what: string; message: string; end: RegExp; why: string }[] = [
  { what: 'a message that fits', message: 'x'.repeat(maxMessageLength), end: /^x+$/, why: 'nothing is omitted' },
  { what: 'one long line', message: 'x'.repeat(40_000), end: /x…$/, why: 'its beginning is the most useful part' },
  {
    what: 'many lines',
    message: Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n'),
    end: /line \d+\n… and \d+ more lines$/,
    why: 'lines are not cut',
  },
  {
    what: 'many short lines',
    message: Array.from({ length: 60 }, (_, index) => `${index}`).join('\n'),
    end: /^(\d+\n){49}… and 11 more lines$/,
    why: 'a message has at most 50 lines',
  },
  {
    what: 'fifty short lines',
    message: Array.from({ length: 50 }, (_, index) => `${index}`).join('\n'),
    end: /\n49$/,
    why: 'as many as are allowed',
  },
  {
    what: 'a short line and a long one',
    message: `short\n${'x'.repeat(40_000)}`,
    end: /^short\n… and 1 more line$/,
    why: 'the long line is omitted as a whole',
  },
  {
    what: 'a long line and a short one',
    message: `${'x'.repeat(40_000)}\nshort`,
    end: /x\n… and 1 more line$/,
    why: 'the omitted second line is counted',
  },
];

describe('the message of a condition', () => {
  for (const { what, message, end, why } of rows) {
    it(`is short enough for ${what}: ${why}`, () => {
      const shortened = conditionMessage(message);
      assert.ok(shortened.length <= maxMessageLength, String(shortened.length));
      assert.match(shortened, end);
    });
  }

  it('counts every omitted line once', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`);
    const cut = conditionMessage(lines.join('\n')).split('\n');
    assert.equal(cut.at(-1), `… and ${lines.length - (cut.length - 1)} more lines`);
  });

  it('never ends with half of a surrogate pair, which the API server would replace', () => {
    for (const before of ['', 'x']) assert.ok(conditionMessage(before + '😀'.repeat(4000)).isWellFormed());
  });
});
