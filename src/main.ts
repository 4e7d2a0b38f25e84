#!/usr/bin/env node
import { basename } from 'node:path';
import { runCommandLine } from './cli/command-line/run.ts';
import type { CommandTerminal } from './cli/command-line/command-context.ts';

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
  connect: async (options) => (await import('./cli/live/connection.ts')).connect(options),
  stopSignal() {
    const stopping = new AbortController();
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stopping.abort());
    return stopping.signal;
  },
};

try {
  process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
} catch (error) {
  terminal.error(`mooring: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  // If one loop of a role failed, the others must not continue without it: exit, so that the supervisor restarts the process.
  process.exit(1);
}
