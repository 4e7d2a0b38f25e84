import { setTimeout as after } from 'node:timers/promises';

/** Waits until `isTrue` returns true. Throws an error that contains `what` after two seconds. */
export async function eventually(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 2000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`);
    await after(5);
  }
}
