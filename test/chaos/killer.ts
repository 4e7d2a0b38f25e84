import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';

/** What is killed, by the names that the hub's `status` shows. */
export const killedProcesses = ['webhook', 'controller', 'hub-apiserver'] as const;

export interface KillerOptions {
  /** Path of the pid file of a process. */
  pidFile: (name: string) => string;
  /** Starts again whatever is missing. */
  mend: () => Promise<unknown>;
  random: Random;
  /** How many edits were taken up so far. */
  taken: () => number;
  /** One kill after so many edits, on the average. */
  every: number;
  signal: AbortSignal;
}

/** Kills now this, now that, and mends it after a while, until the signal. Gives how often it killed what. */
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
    // In turn first, so that a short run meets each of them.
    const order = [...kills.values()].reduce((sum, count) => sum + count, 0);
    const name = killedProcesses[order < killedProcesses.length ? order : random.below(killedProcesses.length)] ?? 'controller';
    sendKill(Number(await readFile(pidFile(name), 'utf8')));
    kills.set(name, (kills.get(name) ?? 0) + 1);
    await sleep(random.below(1500));
    await mend();
    next = taken() + pause();
  }
  return kills;
}

function sendKill(pid: number): void {
  if (!Number.isSafeInteger(pid) || pid < 2) throw new Error(`${pid} is no pid`);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
