import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The core of the server that is measured, and the core of the load generator. */
export const coreOfServer = 0;
export const coreOfLoad = 1;

/** The command line that runs a program on one core. */
export function pinned(core: number, command: readonly [string, ...string[]]): [string, ...string[]] {
  return ['taskset', '--cpu-list', String(core), ...command];
}

/** Moves all threads of a process to one core. */
export async function pin(pid: number, core: number): Promise<void> {
  await run('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
}

/** Lets a process use all cores. */
export async function unpin(pid: number): Promise<void> {
  await run('taskset', ['--all-tasks', '--cpu-list', '--pid', `0-${availableParallelism() - 1}`, String(pid)]);
}

/** The seconds for which the threads of a process have used a core. Threads that have ended are not counted. */
export async function cpuSeconds(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
  // The first number is the time on a core in ns.
  return (await Promise.all(times)).reduce((total, text) => total + Number(text.split(' ')[0]) / 1e9, 0);
}
