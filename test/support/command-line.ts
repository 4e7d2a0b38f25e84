import type { CommandTerminal } from '../../src/cli/command-line/command-context.ts';
import { runCommand, runCommandLine } from '../../src/cli/command-line/run.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { liveTerminal } from './live-terminal.ts';
import { createMemoryClient } from './memory-client.ts';

/** How a command line is run. */
export interface RunOptions {
  client?: Client;
  /** The text on standard input. */
  input?: string;
  colour?: boolean;
  program?: string;
}

/** What a command line printed, and its exit code. */
export interface CommandResult {
  code: number;
  out: string;
  error: string;
}

/** Runs a command line in this process, as the program does. */
export function mooring(args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  return runWith(runCommandLine, args, options);
}

/** The same, but rejects with a UsageError for unusable options, arguments or input. */
export function mooringStrictly(args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  return runWith(runCommand, args, options);
}

async function runWith(
  run: typeof runCommand,
  args: readonly string[],
  { client = createMemoryClient(), input, ...options }: RunOptions,
): Promise<CommandResult> {
  const { terminal, written } = liveTerminal(client, options);
  const commandTerminal: CommandTerminal = {
    ...terminal,
    ...(input === undefined ? {} : { stdin: () => Promise.resolve(input) }),
    environment: process.env,
    stopSignal: () => AbortSignal.abort(),
  };
  const code = await run(args, commandTerminal);
  return { code, ...written };
}
