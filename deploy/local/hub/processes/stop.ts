import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubFiles } from '../files/hub-files.ts';
import { runningProcesses, type RunningProcess } from './process-table.ts';

const pollMs = 50;

/** SIGTERM, then SIGKILL for what is still there after `graceMs`. Returns the names of those that had to be killed. */
export async function stopAll(
  files: HubFiles,
  processes: readonly RunningProcess[],
  graceMs: number,
): Promise<string[]> {
  for (const { pid } of processes) signal(pid, 'SIGTERM');
  const stubborn = await remaining(files, processes, graceMs);
  for (const { pid } of stubborn) signal(pid, 'SIGKILL');
  const immortal = await remaining(files, stubborn, 5000);
  if (immortal.length > 0) throw new Error(`process ${immortal.map(({ pid }) => pid).join(', ')} survived SIGKILL`);
  for (const name of new Set(processes.map((one) => one.name))) await rm(files.pid(name), { force: true });
  return [...new Set(stubborn.map(({ name }) => name))];
}

async function remaining(files: HubFiles, processes: readonly RunningProcess[], timeoutMs: number) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const alive = await runningProcesses(files.directory);
    const left = processes.filter((one) => alive.some(({ pid, name }) => pid === one.pid && name === one.name));
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(pollMs);
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // it ended by itself
  }
}
