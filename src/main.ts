#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { render, renderUsage } from './cli/render.ts';
import { serve, serveUsage } from './cli/serve.ts';
import type { Terminal } from './cli/terminal.ts';
import { UsageError } from './config.ts';

const usage = `${renderUsage}\n\n${serveUsage}`;

const terminal: Terminal = {
  out: (output) => process.stdout.write(output),
  error: (output) => process.stderr.write(output),
  stdin: () => text(process.stdin),
  environment: process.env,
};

const stopping = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stopping.abort());

/** Runs a command; the result is the exit code. */
async function run([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'render':
      return render(args, terminal);
    case 'serve':
      await serve(args, process.env, stopping.signal);
      return 0;
    case 'help':
    case '--help':
    case '-h':
      terminal.out(`${usage}\n`);
      return 0;
    default:
      throw new UsageError(`${command === undefined ? 'which command?' : `there is no command ${command}`}\n${usage}`);
  }
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const usable = error instanceof UsageError;
  terminal.error(
    `mooring: ${usable ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  // A role whose loop broke must not linger half alive; whoever started it starts it again.
  process.exit(usable ? 2 : 1);
}
