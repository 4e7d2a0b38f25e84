import assert from 'node:assert/strict';
import { Command, CommanderError } from 'commander';
import { refuseMissingValues } from '../../../src/cli/command-line/option-values.ts';

const command = new Command()
  .exitOverride()
  .configureOutput({ outputError: () => {} })
  .option('-n, --namespace <NAME>')
  .option('--dry-run');

const cases: { words: string[]; isRefused: boolean; why: string }[] = [
  { words: ['-n', '--dry-run'], isRefused: true, why: 'the next word is an option' },
  { words: ['--namespace', '--unknown'], isRefused: true, why: 'the next word looks like an option' },
  { words: ['-n', '--', 'a'], isRefused: true, why: 'the options end before the value' },
  { words: ['--namespace=--dry-run'], isRefused: false, why: 'the value is part of the word' },
  { words: ['-n', 'a', '--dry-run'], isRefused: false, why: 'there is a value' },
  { words: ['-n', '-'], isRefused: false, why: 'a single - is a value' },
  { words: ['-n'], isRefused: false, why: 'commander reports an option at the end' },
  { words: ['--dry-run', '-n', 'a'], isRefused: false, why: 'an option without a value' },
  { words: ['--', '-n', '--dry-run'], isRefused: false, why: 'words after -- are arguments' },
];

describe('missing values of options', () => {
  for (const { words, isRefused, why } of cases) {
    it(`are ${isRefused ? '' : 'not '}found in ${words.join(' ')}: ${why}`, () => {
      const run = () => refuseMissingValues(command, words);
      if (isRefused) assert.throws(run, CommanderError);
      else assert.doesNotThrow(run);
    });
  }
});
