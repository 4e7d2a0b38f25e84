#!/usr/bin/env node
import { basename } from 'node:path';
import { runCommandLine } from './cli/command-line/run.ts';
import type { CommandTerminal } from './cli/command-line/command-context.ts';

/** Aborted by a signal once a role has asked for it. Every other command ends at once. */
const stopping = new AbortController();
let stopsGracefully = false;
// As pid 1 of a container, a process without a handler ignores the signal.
for (const [name, exitCode] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const) {
  process.on(name, () => {
    if (!stopsGracefully) process.exit(exitCode);
    stopping.abort();
  });
}

const terminal: CommandTerminal = {
  // kubectl runs `kubectl-mooring` from PATH for `kubectl mooring …`.
  program: basename(process.argv[1] ?? '').startsWith('kubectl-mooring') ? 'kubectl mooring' : 'mooring',
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  stdin: async () => (await import('node:stream/consumers')).text(process.stdin),
  environment: process.env,
  // https://no-color.org: any value but the empty string turns colours off.
  colour: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb',
  now: Date.now,
  connect: async (options) => {
    const { connect } = await import('./cli/live/connection.ts');
    return connect(options, {
      environment: process.env,
      warn: (text) => void process.stderr.write(`Warning: ${text}\n`),
    });
  },
  stopSignal() {
    stopsGracefully = true;
    return stopping.signal;
  },
};

/** The exit code. If one loop of a role failed, the others must not continue without it: the supervisor restarts the process. */
async function run(): Promise<number> {
  try {
    return await runCommandLine(process.argv.slice(2), terminal);
  } catch (error) {
    terminal.error(`mooring: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

/** Resolves when everything that was written is in the pipe, the terminal or the file, or when nobody reads it any more. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

const code = await run();
await Promise.all([written(process.stdout), written(process.stderr)]);
// Nothing that still runs keeps the process: neither a connection nor a credential plugin.
process.exit(code);
