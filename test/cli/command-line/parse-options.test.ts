import assert from 'node:assert/strict';
import { Option } from 'commander';
import { parseOptions } from '../../../src/cli/command-line/parse-options.ts';
import { UsageError } from '../../../src/usage-error.ts';

const options = () => [new Option('--port <PORT>').default('1'), new Option('--dry-run')];

describe('parsing options alone', () => {
  it('returns values and defaults', () => {
    assert.deepEqual(parseOptions(['--dry-run'], options()), { port: '1', dryRun: true });
    assert.deepEqual(parseOptions(['--port=2'], options()), { port: '2' });
  });

  for (const args of [['--prt'], ['stray'], ['--port'], ['--port', '--dry-run'], ['--help'], ['--dry-run=x']]) {
    it(`refuses ${args.join(' ')} with one line`, () => {
      assert.throws(
        () => parseOptions(args, options()),
        (error) => error instanceof UsageError && !error.message.includes('\n'),
      );
    });
  }
});
