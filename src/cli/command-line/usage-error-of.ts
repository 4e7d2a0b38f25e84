import { CommanderError, type Command } from 'commander';
import { UsageError } from '../../usage-error.ts';
import { printable } from '../output/printable.ts';

/** An error of commander as a UsageError of one line; any other error unchanged. */
export function usageErrorOf(error: unknown, command: Command): unknown {
  if (!(error instanceof CommanderError)) return error;
  // Commander shows the help if a subcommand is missing.
  if (error.code === 'commander.help') {
    const names = command.commands.map((subcommand) => subcommand.name()).join(', ');
    return new UsageError(`a command is required: ${names}`, { cause: error });
  }
  const message = error.message
    .replace(/^error: |\.$/g, '')
    .replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?');
  return new UsageError(printable(message), { cause: error });
}
