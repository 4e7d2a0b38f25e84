import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `read` until its result is neither undefined nor false. If it fails until the end, the last error is the cause. */
export async function waitFor<T>(
  what: string,
  read: () => Promise<T | undefined | false>,
  { timeoutMs = 30_000 } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let problem: unknown;
  for (;;) {
    try {
      const result = await read();
      if (result !== undefined && result !== false) return result;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`, { cause: problem });
    await sleep(100);
  }
}
