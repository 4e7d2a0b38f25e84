import assert from 'node:assert/strict';
import { namePattern, namespacePattern, patternMeanings, versionPattern } from '../../src/api/schema.ts';

const tables: { pattern: string; fits: string[]; fails: string[] }[] = [
  {
    pattern: versionPattern,
    fits: ['0.0.0', '1.3.6', '10.20.30', '1.0.0-rc.1', '1.0.0-0', '1.0.0-a-b', '1.0.0-0a', '999999999999999.0.0'],
    fails: [
      '',
      '1',
      '1.3',
      'v1.3.6',
      '1.3.6.7',
      '01.0.0',
      '1.0.0-',
      '1.0.0-01',
      '1.0.0-a..b',
      '1.0.0+b',
      '1.0.0-a-',
      ' 1.0.0',
      '1.0.0 ',
      '1.0.0\n',
      '１.0.0',
      '1.0.0-ä',
      '1000000000000000.0.0',
    ],
  },
  { pattern: namespacePattern, fits: ['a', 'a-b', '1', 'a1'], fails: ['', '-a', 'a-', 'A', 'a.b', 'a_b', 'a\n', 'ä'] },
  {
    pattern: namePattern,
    fits: ['a', 'a.b-c', '1.2'],
    fails: ['', '.a', 'a..b', 'a-.b', 'a.-b', 'a.', 'A', 'a/b', 'a\n', '..'],
  },
];

describe('the patterns', () => {
  for (const { pattern, fits, fails } of tables) {
    it(`${pattern.slice(0, 30)}… accepts the valid values only`, () => {
      const expression = new RegExp(pattern);
      for (const value of fits) assert.ok(expression.test(value), value);
      for (const value of fails) assert.ok(!expression.test(value), JSON.stringify(value));
    });

    it(`${pattern.slice(0, 30)}… has a description for messages`, () => assert.ok(patternMeanings.has(pattern)));
  }

  it('are fast for long strings that almost match', () => {
    const started = performance.now();
    for (const { pattern } of tables) {
      for (const value of [`1.0.0-${'a-'.repeat(2000)}!`, `1.0.0-${'0.'.repeat(2000)}`, `${'a-.'.repeat(2000)}!`]) {
        new RegExp(pattern).test(value);
      }
    }
    assert.ok(performance.now() - started < 1000);
  });
});
