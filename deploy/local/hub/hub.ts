import { join, resolve } from 'node:path';
import { parseHubArguments, usage, type HubArguments } from './arguments.ts';
import { UsageError } from '../../../src/usage-error.ts';
import { down } from './down.ts';
import { createLineOutput } from './line-output.ts';
import { LockedError } from './files/lock.ts';
import { readStatus, formatStatusTable } from './status.ts';
import { formatSummary } from './summary.ts';
import { up } from './up.ts';

const defaultDirectory = join(import.meta.dirname, '..', '..', '..', '.local');

const { print, replace } = createLineOutput(process.stdout);

/** Runs a command. Returns the exit code: 0 on success, 1 if it failed or not all is ready, 2 for a wrong command line. */
async function main(args: readonly string[]): Promise<number> {
  let parsed: HubArguments;
  try {
    parsed = parseHubArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n${usage}`);
    return 2;
  }
  if (parsed.verb === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const directory = parsed.directory === undefined ? defaultDirectory : resolve(parsed.directory);
  try {
    return await runCommand(parsed, directory);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problem = error instanceof LockedError ? 'another up or down is running' : `${parsed.verb} failed`;
    process.stderr.write(`${problem}: ${message}\n`);
    return 1;
  }
}

async function runCommand(parsed: Exclude<HubArguments, { verb: 'help' }>, directory: string): Promise<number> {
  if (parsed.verb === 'up') {
    const hub = await up({ ...parsed, directory, environment: process.env, print, replace });
    process.stdout.write(formatSummary(hub, process.cwd()));
    return 0;
  }
  if (parsed.verb === 'down') {
    await down({ directory, purge: parsed.purge, print });
    return 0;
  }
  const processes = await readStatus(directory);
  if (processes.length === 0) print(`there is no hub in ${directory}; to start one: npm run hub -- up`);
  else process.stdout.write(formatStatusTable(processes, process.cwd()));
  return processes.length > 0 && processes.every(({ state }) => state === 'ready') ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
