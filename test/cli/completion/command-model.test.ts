import assert from 'node:assert/strict';
import { Command, Option } from 'commander';
import { commandModels } from '../../../src/cli/completion/command-model.ts';

const program = new Command('program').helpOption(false).helpCommand(false);
program
  .command('show')
  .summary('Show an object')
  .argument('[KIND]')
  .argument('[FILE...]')
  .option('-n, --namespace <NAME>', 'where')
  .addOption(new Option('--hidden').hideHelp())
  .addOption(new Option('--output <FORMAT>').choices(['yaml']))
  .helpOption(false);

describe('the model of a program for completion', () => {
  it('has the program and every command, with visible options and the completion of values and arguments', () => {
    assert.deepEqual(commandModels(program, ['env']), [
      {
        path: '',
        subcommands: ['show'],
        options: [],
        arguments: [{ type: 'words', words: [{ word: 'show', description: 'Show an object' }] }],
        variadic: false,
      },
      {
        path: 'show',
        subcommands: [],
        options: [
          { flags: ['-n', '--namespace'], description: 'where', value: { type: 'none' } },
          {
            flags: ['--output'],
            description: '',
            value: { type: 'words', words: [{ word: 'yaml', description: '' }] },
          },
        ],
        arguments: [{ type: 'words', words: [{ word: 'env', description: '' }] }, { type: 'files' }],
        variadic: true,
      },
    ]);
  });
});
