import { setTimeout as sleep } from 'node:timers/promises';
import type { Milestone } from './example.ts';

export interface AwaitOptions {
  /** A value of `now`. The printed seconds count from it. */
  began: number;
  timeoutMs: number;
  print: (line: string) => void;
  /** Milliseconds from any point in time. */
  now: () => number;
  pause?: (ms: number) => Promise<unknown>;
}

/** Waits until all milestones are reached, and prints each one with its time. Returns those that were not reached in time. */
export async function awaitMilestones(milestones: readonly Milestone[], options: AwaitOptions): Promise<Milestone[]> {
  const { began, timeoutMs, print, now, pause = sleep } = options;
  let pending = [...milestones];
  for (;;) {
    const stillPending: Milestone[] = [];
    for (const milestone of pending) {
      const sentence = await milestone.check();
      if (sentence === undefined) stillPending.push(milestone);
      else print(`${((now() - began) / 1000).toFixed(1).padStart(6)} s  ${sentence}`);
    }
    pending = stillPending;
    if (pending.length === 0 || now() - began > timeoutMs) return pending;
    await pause(100);
  }
}
