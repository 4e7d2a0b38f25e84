import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubFiles } from '../files/hub-files.ts';
import { listRunningProcesses, type RunningProcess } from './process-table.ts';

const pollMs = 50;

/** Ms. An API server finishes its requests before it ends. Every other process ends sooner. */
export const stopGraceMs = 15_000;

/** Sends SIGTERM, and SIGKILL to those that still run after `graceMs`. Returns the names of the processes that got SIGKILL. */
export async function stopAll(
  files: HubFiles,
  processes: readonly RunningProcess[],
  graceMs: number,
): Promise<string[]> {
  for (const { pid } of processes) sendSignal(pid, 'SIGTERM');
  const killed = await waitUntilEnded(files, processes, graceMs);
  for (const { pid } of killed) sendSignal(pid, 'SIGKILL');
  const remaining = await waitUntilEnded(files, killed, 5000);
  if (remaining.length > 0) throw new Error(`process ${remaining.map(({ pid }) => pid).join(', ')} survived SIGKILL`);
  for (const name of new Set(processes.map((one) => one.name))) await rm(files.pid(name), { force: true });
  return [...new Set(killed.map(({ name }) => name))];
}

/** Stops the running processes with these names. */
export async function stopNamed(files: HubFiles, names: readonly string[]): Promise<void> {
  const running = await listRunningProcesses(files.directory);
  await stopAll(
    files,
    running.filter(({ name }) => names.includes(name)),
    stopGraceMs,
  );
}

/** Resolves when all processes have ended, or after the timeout with those that still run. */
async function waitUntilEnded(files: HubFiles, processes: readonly RunningProcess[], timeoutMs: number) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const alive = await listRunningProcesses(files.directory);
    const remaining = processes.filter((one) => alive.some(({ pid, name }) => pid === one.pid && name === one.name));
    if (remaining.length === 0 || performance.now() > deadline) return remaining;
    await sleep(pollMs);
  }
}

function sendSignal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // it ended by itself
  }
}
