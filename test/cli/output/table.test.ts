import assert from 'node:assert/strict';
import { table } from '../../../src/cli/output/table.ts';

describe('a table', () => {
  it('is printed as kubectl prints it', () => {
    const rows = [
      ['primary', undefined, 'x'],
      ['a', '1.0.0', ''],
    ];
    assert.equal(
      table(['NAME', 'VERSION', 'NOTE'], rows),
      'NAME      VERSION   NOTE\nprimary   <none>    x\na         1.0.0     <none>\n',
    );
  });

  it('escapes control characters in cells', () => {
    assert.equal(table(['NAME'], [['a\n\u001b[2J']]), 'NAME\na\\u000a\\u001b[2J\n');
  });
});
