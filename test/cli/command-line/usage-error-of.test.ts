import assert from 'node:assert/strict';
import { Command, CommanderError } from 'commander';
import { usageErrorOf } from '../../../src/cli/command-line/usage-error-of.ts';
import { UsageError } from '../../../src/usage-error.ts';

const rows: { error: CommanderError; message: string; why: string }[] = [
  {
    error: new CommanderError(1, 'commander.unknownOption', "error: unknown option '--x'\n(Did you mean --y?)"),
    message: "unknown option '--x'; did you mean --y?",
    why: 'one line',
  },
  {
    error: new CommanderError(1, 'commander.unknownOption', "error: unknown option '--\u001b'"),
    message: "unknown option '--\\u001b'",
    why: 'control characters are escaped',
  },
  {
    error: new CommanderError(1, 'commander.help', '(outputHelp)'),
    message: 'a command is required: one, two',
    why: 'a subcommand is missing',
  },
];

describe('an error of commander', () => {
  const command = new Command().addCommand(new Command('one')).addCommand(new Command('two'));

  for (const { error, message, why } of rows) {
    it(`becomes ${JSON.stringify(message)}: ${why}`, () => {
      const result = usageErrorOf(error, command);
      assert.ok(result instanceof UsageError);
      assert.equal(result.message, message);
      assert.equal(result.cause, error);
    });
  }

  it('stays unchanged if it is another error', () => {
    const error = new TypeError('a bug');
    assert.equal(usageErrorOf(error, command), error);
  });
});
