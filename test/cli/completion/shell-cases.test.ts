import assert from 'node:assert/strict';
import type { CommandModel } from '../../../src/cli/completion/command-model.ts';
import {
  argumentCases,
  commandCases,
  isCompleted,
  quote,
  valueCases,
} from '../../../src/cli/completion/shell-cases.ts';

const none = { type: 'none' } as const;
const files = { type: 'files' } as const;
const models: CommandModel[] = [
  { path: '', subcommands: ['check'], options: [], arguments: [], variadic: false },
  {
    path: 'check',
    subcommands: ['all'],
    options: [
      { flags: ['-n', '--namespace'], description: '', value: none },
      { flags: ['--dry-run'], description: '', value: undefined },
    ],
    arguments: [none, files],
    variadic: true,
  },
];

describe('the cases of a completion script', () => {
  it('lead from one command to the next', () => {
    assert.deepEqual(commandCases(models), [
      { patterns: [':check'], result: 'check' },
      { patterns: ['check:all'], result: 'check all' },
    ]);
  });

  it('include the options with a value', () => {
    assert.deepEqual(valueCases(models), [{ patterns: ['check:-n', 'check:--namespace'], result: none }]);
  });

  it('include arguments by their position, and a repeated one at any later position', () => {
    const cases = argumentCases(models);
    assert.deepEqual(cases, [
      { patterns: ['check:0'], result: none },
      { patterns: ['check:*'], result: files },
    ]);
    assert.deepEqual(cases.map(isCompleted), [false, true]);
  });

  it('quote strings', () => assert.equal(quote("the file's"), `'the file'"'"'s'`));
});
