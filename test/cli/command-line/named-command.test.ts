import assert from 'node:assert/strict';
import { Command } from 'commander';
import { findCommand } from '../../../src/cli/command-line/named-command.ts';

const program = new Command('program');
program.command('check');
program.command('serve').command('webhook');

describe('the command at the beginning of a command line', () => {
  const rows: { words: string[]; path: string[]; unknown?: string; why: string }[] = [
    { words: [], path: [], why: 'the program itself' },
    { words: ['check', 'file'], path: ['check'], why: 'arguments follow' },
    { words: ['serve', 'webhook', '--port', '1'], path: ['serve', 'webhook'], why: 'a subcommand' },
    { words: ['--help', 'check'], path: [], why: 'an option comes first' },
    { words: ['serve', 'x'], path: ['serve'], unknown: 'x', why: 'it is not a subcommand' },
    { words: ['x'], path: [], unknown: 'x', why: 'it is not a command' },
  ];
  for (const { words, path, unknown, why } of rows) {
    it(`${JSON.stringify(words)} is ${JSON.stringify(path)}: ${why}`, () => {
      const found = findCommand(program, words);
      assert.deepEqual([found.path, found.unknown], [path, unknown]);
      assert.equal(found.command.name(), path.at(-1) ?? 'program');
    });
  }
});
