import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const cases = [
  1, 2, 3, 6, 8, 13, 14, 15, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31, 32, 33, 34, 35, 37, 39, 40, 41, 42, 46, 49,
];
const reports = [
  ...cases.map((number) => `C${String(number).padStart(2, '0')}`),
  ...Array.from({ length: 5 }, (_, index) => `X${index + 1}`),
];

describe('the table of reports', () => {
  const text = readFileSync(join(folder, 'reports', 'README.md'), 'utf8');
  const rows = text.split('\n').flatMap((line) => {
    const [, report = '', saw = '', tests = '', before = ''] = line.split('|').map((cell) => cell.trim());
    return /^[CX]\d+$/.test(report) ? [{ report, saw, tests: tests.split('<br>').filter(Boolean), before }] : [];
  });

  it('has one row for each report, in their order', () => {
    assert.deepEqual(
      rows.map(({ report }) => report),
      reports,
    );
  });

  for (const { report, saw, tests, before } of rows) {
    it(`says what was seen in ${report}, where it is tested, and whether it failed before`, () => {
      assert.ok(saw !== '');
      assert.match(before, /^(?:fails: .|reported|not tried there)/);
      assert.ok(tests.length > 0);
      for (const test of tests) {
        const [, file = ''] = /^`(.+\.test\.ts)`$/.exec(test) ?? [];
        assert.ok(file !== '' && existsSync(join(folder, file)), test);
      }
    });
  }

  it('names every file of the folder', () => {
    const files = readdirSync(join(folder, 'reports'), { recursive: true, encoding: 'utf8' });
    const missing = files.filter((file) => file.endsWith('.test.ts') && !text.includes(`\`reports/${file}\``));
    assert.deepEqual(missing, []);
  });
});
