import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process of this hub that runs now; `settings` is what it was started with, as a digest. */
export interface RunningProcess {
  name: string;
  pid: number;
  settings: string;
}

const run = promisify(execFile);

/**
 * Every process of a hub carries this variable. So the process table itself says what is ours: a reused pid is never
 * taken for ours, and a process whose starter was killed before it could write a pid file is still found.
 */
export const markVariable = 'MOORING_HUB_PROCESS';

/** The value of the mark: which hub, which process of it, and a digest of its settings. */
export function markOf(directory: string, name: string, settings: string): string {
  return `${directory}:${name}:${settings}`;
}

/** What runs for the hub in `directory`; children of our processes inherit the mark and are listed too. */
export async function runningProcesses(directory: string): Promise<RunningProcess[]> {
  return process.platform === 'linux' ? fromProc(directory) : fromPs(directory);
}

/** When a process began, in whatever unit the system has; undefined if there is no such process. Tells a pid from its reuse. */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readOrNothing(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name in brackets may hold blanks
    return fields[0] === 'Z' ? undefined : fields[19]; // proc(5): starttime is field 22, and two were cut off
  }
  const answer = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return answer.stdout.trim() || undefined;
}

async function fromProc(directory: string): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^[0-9]+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Unreadable for other users' processes, empty for those that ended and were not reaped: not ours either way.
      const environment = await readOrNothing(`/proc/${pid}/environ`);
      const mark = readMark(environment.split('\0'), directory);
      return mark === undefined ? [] : [{ ...mark, pid: Number(pid) }];
    }),
  );
  return found.flat().toSorted((a, b) => a.pid - b.pid);
}

async function fromPs(directory: string): Promise<RunningProcess[]> {
  const { stdout } = await run('ps', ['axeww', '-o', 'pid=,command='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, words] = /^\s*([0-9]+) (.*)$/.exec(line) ?? [];
    const mark = words === undefined ? undefined : readMark(words.split(' '), directory);
    return mark === undefined ? [] : [{ ...mark, pid: Number(pid) }];
  });
}

/** What the mark of this hub says, if there is one among `NAME=value` strings. */
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

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
