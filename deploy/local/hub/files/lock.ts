import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from '../processes/process-table.ts';

/** Somebody else holds the lock; `pid` is theirs. */
export class LockedError extends Error {
  override name = 'LockedError';
  readonly pid: number;

  constructor(path: string, pid: number) {
    super(`process ${pid} holds ${path}`);
    this.pid = pid;
  }
}

export interface LockOptions {
  /** Called once before waiting for the holder; without it a held lock throws LockedError at once. */
  onWait?: (holder: number) => void;
}

/**
 * Does `work` while file `path` names this process. The file holds pid and start time, so what a killed process left
 * behind counts for nothing, even where its pid is in use again.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, { onWait }: LockOptions = {}): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const mine = `${process.pid} ${(await startOf(process.pid)) ?? ''}\n`;
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, mine);
  try {
    let told = false;
    for (let holder = await take(path, draft); holder !== undefined; holder = await take(path, draft)) {
      if (onWait === undefined) throw new LockedError(path, holder);
      if (!told) onWait(holder);
      told = true;
      await sleep(500);
    }
  } finally {
    await rm(draft, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Undefined when the lock is ours now, else the pid of who has it. */
async function take(path: string, draft: string): Promise<number | undefined> {
  for (;;) {
    if (await linked(draft, path)) return undefined;
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue; // released in between
    const [pid = '', ...start] = text.trim().split(' '); // a start time may hold blanks
    if (pid !== '' && (await startOf(Number(pid))) === start.join(' ')) return Number(pid);
    await discard(path, text);
  }
}

/** Removes a lock that nobody holds. Renaming is atomic: where somebody else was quicker, theirs is put back. */
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return; // already gone
  }
  if ((await readFile(aside, 'utf8')) !== stale) await linked(aside, path);
  await rm(aside, { force: true });
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
