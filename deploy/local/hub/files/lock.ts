import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getStartTime } from '../processes/process-table.ts';
import { draftPath } from './draft-path.ts';

/** Another caller holds the lock; `pid` is the process of that caller. */
export class LockedError extends Error {
  override name = 'LockedError';
  readonly pid: number;

  constructor(path: string, pid: number) {
    super(`process ${pid} holds ${path}`);
    this.pid = pid;
  }
}

export interface LockOptions {
  /** Called once before waiting for the holder. Without it LockedError is thrown at once. */
  onWait?: (holder: number) => void;
}

/**
 * Runs `work` while this call holds the lock, which is the file `path`. The file contains the pid and the start time of the
 * holder. So the lock of a process that was killed is stale, even if its pid is in use again.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, { onWait }: LockOptions = {}): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const content = `${process.pid} ${(await getStartTime(process.pid)) ?? ''}\n`;
  let isReported = false;
  for (let holder = await acquire(path, content); holder !== undefined; holder = await acquire(path, content)) {
    if (onWait === undefined) throw new LockedError(path, holder);
    if (!isReported) onWait(holder);
    isReported = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Undefined if the lock was acquired, else the pid of its holder. */
async function acquire(path: string, content: string): Promise<number | undefined> {
  for (;;) {
    if (await createWhole(path, content)) return undefined;
    const found = await readFile(path, 'utf8').catch(() => undefined);
    if (found === undefined) continue; // it was released in the meantime
    const [pid = '', ...start] = found.trim().split(' '); // a start time may contain spaces
    if (pid !== '' && (await getStartTime(Number(pid))) === start.join(' ')) return Number(pid);
    await removeStale(path, found);
  }
}

/** Removes a stale lock. The rename is atomic: if another process was quicker, its lock is put back. */
async function removeStale(path: string, content: string): Promise<void> {
  const aside = draftPath(path);
  try {
    await rename(path, aside);
  } catch {
    return; // another process removed it
  }
  try {
    const removed = await readFile(aside, 'utf8').catch(() => content); // the next holder may have removed this draft
    if (removed !== content) await linkUnlessPresent(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
}

/** Creates a file with all of its content. False if there is one, or if the draft was removed: both mean "look again". */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = draftPath(path);
  await writeFile(draft, content);
  try {
    return await linkUnlessPresent(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

async function linkUnlessPresent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // ENOENT: the holder of a hub's lock removes all drafts in the folder, so it may remove this one.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  }
}
