import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A running process of a hub. `settings` is a digest of the arguments and files that it was started with. */
export interface RunningProcess {
  name: string;
  pid: number;
  settings: string;
}

const run = promisify(execFile);

/**
 * An environment variable of every process of a hub. So the process table says which processes belong to a hub, also if a
 * pid was reused, or if a command was killed before it wrote the pid file.
 */
export const markVariable = 'MOORING_HUB_PROCESS';

/** The value of the variable: the hub, the name of the process, and a digest of its settings. */
export function formatMark(directory: string, name: string, settings: string): string {
  return `${directory}:${name}:${settings}`;
}

/** The running processes of the hub in `directory`. Child processes inherit the variable, so they are listed, too. */
export async function listRunningProcesses(directory: string): Promise<RunningProcess[]> {
  return process.platform === 'linux' ? listFromProc(directory) : listFromPs(directory);
}

/**
 * The start time of a process in a unit of the system. It tells a process from a later one with the same pid. Undefined if
 * the process does not run.
 */
export async function getStartTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readIfPresent(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name in parentheses may contain spaces
    return fields[0] === 'Z' ? undefined : fields[19]; // proc(5): starttime is field 22, and the first two were cut off
  }
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() || undefined;
}

async function listFromProc(directory: string): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^[0-9]+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // It cannot be read for processes of other users, and it is empty for zombies. Neither belongs to the hub.
      const environment = await readIfPresent(`/proc/${pid}/environ`);
      const mark = readMark(environment.split('\0'), directory);
      return mark === undefined ? [] : [{ ...mark, pid: Number(pid) }];
    }),
  );
  return found.flat().toSorted((a, b) => a.pid - b.pid);
}

async function listFromPs(directory: string): Promise<RunningProcess[]> {
  const { stdout } = await run('ps', ['axeww', '-o', 'pid=,command='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, words] = /^\s*([0-9]+) (.*)$/.exec(line) ?? [];
    const mark = words === undefined ? undefined : readMark(words.split(' '), directory);
    return mark === undefined ? [] : [{ ...mark, pid: Number(pid) }];
  });
}

/** Parses the variable of this hub in a list of `NAME=value`. Undefined if it is not in the list. */
export function readMark(
  variables: readonly string[],
  directory: string,
): Pick<RunningProcess, 'name' | 'settings'> | undefined {
  const start = `${markVariable}=${directory}:`;
  const mark = variables.find((variable) => variable.startsWith(start));
  if (mark === undefined) return undefined;
  const [name = '', settings = ''] = mark.slice(start.length).split(':');
  return { name, settings };
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
