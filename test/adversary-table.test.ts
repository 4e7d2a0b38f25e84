import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const numbered = (letter: string, to: number) => Array.from({ length: to }, (_, index) => `${letter}${index + 1}`);
const findings = [
  ...numbered('S', 17),
  ...numbered('F', 10),
  'O1',
  'O2',
  'O4',
  'C04',
  'C05',
  'C07',
  'C26',
  'C27',
  'C38',
  'X6',
];

describe('the table of findings', () => {
  const lines = readFileSync(join(folder, 'adversary', 'README.md'), 'utf8').split('\n');
  const rows = lines
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, finding = '']) => /^[A-Z]\d+$/.test(finding))
    .map(([, finding = '', , tests = '']) => ({ finding, tests: tests.split('<br>') }));

  it('has one row for each finding, in their order', () => {
    assert.deepEqual(
      rows.map(({ finding }) => finding),
      findings,
    );
  });

  for (const { finding, tests } of rows) {
    it(`names a test that exists for ${finding}`, () => {
      for (const test of tests) {
        const [, file = '', title = ''] = /^`(.+\.test\.ts)`: (.+)$/.exec(test) ?? [];
        assert.ok(file !== '' && existsSync(join(folder, file)), test);
        const text = readFileSync(join(folder, file), 'utf8');
        // A title that is made from a row of a table is named up to its first placeholder.
        assert.ok(
          [`it('${title}`, `it(\`${title}`].some((start) => text.includes(start)),
          test,
        );
      }
    });
  }
});
