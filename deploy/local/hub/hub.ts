import { join, resolve } from 'node:path';
import { parseHubArguments, usage, type HubArguments } from './arguments.ts';
import { UsageError } from '../../../src/usage-error.ts';
import { down } from './down.ts';
import { createLineOutput } from './line-output.ts';
import { LockedError } from './files/lock.ts';
import { status, statusTable } from './status.ts';
import { summary } from './summary.ts';
import { up } from './up.ts';

const defaultDirectory = join(import.meta.dirname, '..', '..', '..', '.local');

const { print, replace } = createLineOutput(process.stdout);

/** Does what the command line says and gives the exit code: 0 fine, 1 failed or not all up, 2 wrong command line. */
async function main(words: readonly string[]): Promise<number> {
  let asked: HubArguments;
  try {
    asked = parseHubArguments(words);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n${usage}`);
    return 2;
  }
  if (asked.verb === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const directory = asked.directory === undefined ? defaultDirectory : resolve(asked.directory);
  try {
    return await carryOut(asked, directory);
  } catch (error) {
    const busy = error instanceof LockedError;
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(busy ? `another up or down is at work here: ${text}\n` : `${asked.verb} failed: ${text}\n`);
    return 1;
  }
}

async function carryOut(asked: Exclude<HubArguments, { verb: 'help' }>, directory: string): Promise<number> {
  if (asked.verb === 'up') {
    const hub = await up({ ...asked, directory, environment: process.env, print, replace });
    process.stdout.write(summary(hub, process.cwd()));
    return 0;
  }
  if (asked.verb === 'down') {
    await down({ directory, purge: asked.purge, print });
    return 0;
  }
  const processes = await status(directory);
  if (processes.length === 0) print(`no hub was made in ${directory}; npm run hub -- up`);
  else process.stdout.write(statusTable(processes, process.cwd()));
  return processes.length > 0 && processes.every(({ state }) => state === 'ready') ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
