#!/usr/bin/env node
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from './cli/connection.ts';
import { diff, diffUsage } from './cli/diff.ts';
import { history, historyUsage } from './cli/history.ts';
import { calledAs, type LiveTerminal } from './cli/live-command.ts';
import { render, renderUsage } from './cli/render.ts';
import { rollback, rollbackUsage } from './cli/rollback.ts';
import { serve, serveUsage } from './cli/serve.ts';
import { uses, usesUsage } from './cli/uses.ts';
import { UsageError } from './config.ts';

// kubectl runs a program of this name on PATH for `kubectl mooring …`.
const program = basename(process.argv[1] ?? '').startsWith('kubectl-mooring') ? 'kubectl mooring' : 'mooring';

const usage = calledAs(
  program,
  [historyUsage, diffUsage, usesUsage, rollbackUsage, renderUsage, serveUsage].join('\n\n'),
);

const terminal: LiveTerminal = {
  out: (output) => process.stdout.write(output),
  error: (output) => process.stderr.write(output),
  stdin: () => text(process.stdin),
  environment: process.env,
  program,
  // https://no-color.org: set to anything but nothing.
  colour: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb',
  now: Date.now,
  connect,
};

/** What each command does with its arguments; the result is the exit code. */
const commands: Readonly<Record<string, (args: string[]) => number | Promise<number>>> = {
  history: (args) => history(args, terminal),
  diff: (args) => diff(args, terminal),
  uses: (args) => uses(args, terminal),
  rollback: (args) => rollback(args, terminal),
  render: (args) => render(args, terminal),
  async serve(args) {
    // Only a role has something to bring to an end; anything else ends at once, as Node does by itself.
    const stopping = new AbortController();
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stopping.abort());
    await serve(args, process.env, stopping.signal);
    return 0;
  },
  help() {
    terminal.out(`${usage}\n`);
    return 0;
  },
};

function run([name, ...args]: string[]): number | Promise<number> {
  if (name === undefined) throw new UsageError(`which command?\n${usage}`);
  const asked = name === '--help' || name === '-h' ? 'help' : name;
  const command = Object.hasOwn(commands, asked) ? commands[asked] : undefined;
  if (command === undefined) throw new UsageError(`there is no command ${name}\n${usage}`);
  return command(args);
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
