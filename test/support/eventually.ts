import { setTimeout as after } from 'node:timers/promises';

/** Waits until `holds` says yes; throws after two seconds, naming what was waited for. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 2000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`did not happen: ${what}`);
    await after(5);
  }
}
