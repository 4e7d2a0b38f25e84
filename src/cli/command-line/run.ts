import { CommanderError, type Command } from 'commander';
import { UsageError } from '../../usage-error.ts';
import type { CommandTerminal } from './command-context.ts';
import { findCommand } from './named-command.ts';
import { refuseMissingValues } from './option-values.ts';
import { createProgram } from './program.ts';
import { usageErrorOf } from './usage-error-of.ts';

/** Runs a command line and returns the exit code. Invalid options and arguments are reported, with exit code 2. */
export async function runCommandLine(args: readonly string[], terminal: CommandTerminal): Promise<number> {
  try {
    return await runCommand(args, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.error(`mooring: ${error.message}\n`);
    return 2;
  }
}

/** Runs a command line and returns the exit code. Throws UsageError. */
export async function runCommand(args: readonly string[], terminal: CommandTerminal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  const words = expandHelp(program, args).map((word) => (word === '--dry-run=server' ? '--dry-run' : word));
  const { command, path } = findCommand(program, words);
  try {
    refuseMissingValues(command, words.slice(path.length));
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const usageError = usageErrorOf(error, command);
    const hint = [terminal.program, ...path, '--help'].join(' ');
    throw usageError instanceof UsageError
      ? new UsageError(`${usageError.message}; see ${hint}`, { cause: error })
      : usageError;
  }
}

/** Converts `help serve webhook` to `serve webhook --help`. A word that is not a command is an error, even with `help`. */
function expandHelp(program: Command, [first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return [];
  const words = first === 'help' ? rest : [first, ...rest];
  const { path, unknown } = findCommand(program, words);
  if (unknown !== undefined) return [...path, unknown];
  return first === 'help' ? [...path, '--help'] : words;
}
