#!/usr/bin/env node
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LiveTerminal } from './cli/live/live-command.ts';
import type { Terminal } from './cli/output/terminal.ts';
import { UsageError } from './config.ts';

// kubectl runs a program of this name on PATH for `kubectl mooring …`.
const program = basename(process.argv[1] ?? '').startsWith('kubectl-mooring') ? 'kubectl mooring' : 'mooring';

const terminal: Terminal = {
  out: (output) => process.stdout.write(output),
  error: (output) => process.stderr.write(output),
  stdin: () => text(process.stdin),
  environment: process.env,
};

async function liveTerminal(): Promise<LiveTerminal> {
  const { connect } = await import('./cli/live/connection.ts');
  // https://no-color.org: set to anything but nothing.
  const colour = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  return { ...terminal, program, colour, now: Date.now, connect };
}

/** What each command does with its arguments; the result is the exit code. Each loads what it needs: that is most of the time that a short one takes. */
const commands: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  history: async (args) => (await import('./cli/history.ts')).history(args, await liveTerminal()),
  diff: async (args) => (await import('./cli/diff.ts')).diff(args, await liveTerminal()),
  uses: async (args) => (await import('./cli/uses.ts')).uses(args, await liveTerminal()),
  rollback: async (args) => (await import('./cli/rollback.ts')).rollback(args, await liveTerminal()),
  check: async (args) => (await import('./cli/check.ts')).check(args, terminal),
  render: async (args) => (await import('./cli/render.ts')).render(args, terminal),
  async serve(args) {
    const { serve } = await import('./cli/serve.ts');
    // Only a role has something to bring to an end; anything else ends at once, as Node does by itself.
    const stopping = new AbortController();
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stopping.abort());
    await serve(args, process.env, stopping.signal);
    return 0;
  },
  async help() {
    const { usage } = await import('./cli/usage.ts');
    terminal.out(`${usage(program)}\n`);
    return 0;
  },
};

async function run([name = '', ...args]: string[]): Promise<number> {
  const asked = name === '--help' || name === '-h' ? 'help' : name;
  const command = Object.hasOwn(commands, asked) ? commands[asked] : undefined;
  if (command !== undefined) return command(args);
  const problem = name === '' ? 'which command?' : `there is no command ${name}`;
  throw new UsageError(`${problem} (${Object.keys(commands).join(', ')}); see ${program} help`);
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
