import { setTimeout as sleep } from 'node:timers/promises';
import type { Milestone } from './example.ts';

/** How the waiting is done; `now` counts milliseconds from any point. */
export interface AwaitOptions {
  /** What the seconds count from, by `now`. */
  began: number;
  timeoutMs: number;
  print: (line: string) => void;
  now: () => number;
  pause?: (ms: number) => Promise<unknown>;
}

/** Waits for all, telling each with its seconds as it comes true. Returns those that did not. */
export async function awaitMilestones(milestones: readonly Milestone[], options: AwaitOptions): Promise<Milestone[]> {
  const { began, timeoutMs, print, now, pause = sleep } = options;
  let open = [...milestones];
  for (;;) {
    const left: Milestone[] = [];
    for (const milestone of open) {
      const sentence = await milestone.reached();
      if (sentence === undefined) left.push(milestone);
      else print(`${((now() - began) / 1000).toFixed(1).padStart(6)} s  ${sentence}`);
    }
    open = left;
    if (open.length === 0 || now() - began > timeoutMs) return open;
    await pause(100);
  }
}
