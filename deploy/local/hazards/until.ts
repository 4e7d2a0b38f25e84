import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer is neither `undefined` nor `false`. An error of the last try is the cause of what it throws. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  { withinMs = 30_000 } = {},
): Promise<T> {
  const end = performance.now() + withinMs;
  let problem: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (performance.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}`, { cause: problem });
    await sleep(100);
  }
}
