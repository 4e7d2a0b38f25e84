import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';

/** The names of the processes that are killed. */
export const killedProcesses = ['webhook', 'controller', 'hub-apiserver'] as const;

export interface KillerOptions {
  /** The path of the pid file of a process. */
  pidFile: (name: string) => string;
  /** Starts processes that do not run. */
  mend: () => Promise<unknown>;
  random: Random;
  /** The number of edits that have begun. */
  taken: () => number;
  /** The average number of edits between two kills. */
  every: number;
  signal: AbortSignal;
}

/** Kills processes and starts them again after a while, until the signal is aborted. Returns the number of kills by process. */
export async function killProcesses({
  pidFile,
  mend,
  random,
  taken,
  every,
  signal,
}: KillerOptions): Promise<Map<string, number>> {
  const kills = new Map<string, number>();
  const pause = () => Math.ceil(every / 2) + random.below(every);
  let next = pause();
  while (!signal.aborted) {
    if (taken() < next) {
      await sleep(20);
      continue;
    }
    // First one after another, so that each is killed in a short run.
    const order = [...kills.values()].reduce((sum, count) => sum + count, 0);
    const name =
      killedProcesses[order < killedProcesses.length ? order : random.below(killedProcesses.length)] ?? 'controller';
    sendKill(Number(await readFile(pidFile(name), 'utf8')));
    kills.set(name, (kills.get(name) ?? 0) + 1);
    await sleep(random.below(1500));
    await mend();
    next = taken() + pause();
  }
  return kills;
}

function sendKill(pid: number): void {
  if (!Number.isSafeInteger(pid) || pid < 2) throw new Error(`${pid} is not a pid`);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
