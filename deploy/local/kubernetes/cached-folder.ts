import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLock } from '../hub/files/lock.ts';
import { pathExists } from '../hub/files/path-exists.ts';

/** How a folder of the cache is created. */
export interface CachedFolder {
  path: string;
  /** Writes the content of the folder to `draft`, which is renamed when it is complete. */
  fill: (draft: string) => Promise<void>;
  /** Called once before waiting for another process that creates the same folder. */
  onWait: (pid: number) => void;
}

/** Creates a folder unless it exists. If it exists it is complete, even if a process was killed. */
export async function ensureCachedFolder({ path, fill, onWait }: CachedFolder): Promise<string> {
  if (await pathExists(path)) return path;
  return withLock(
    `${path}.lock`,
    async () => {
      if (await pathExists(path)) return path;
      await removeDrafts(path);
      const draft = await mkdtemp(draftPrefix(path));
      try {
        await fill(draft);
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { recursive: true, force: true });
        throw error;
      }
      return path;
    },
    { onWait },
  );
}

function draftPrefix(path: string): string {
  return `${path}.draft-`;
}

/** Removes drafts of processes that were killed. This process holds the lock, so no other process uses them. */
async function removeDrafts(path: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  for (const entry of await readdir(folder)) {
    const candidate = join(folder, entry);
    if (candidate.startsWith(draftPrefix(path))) await rm(candidate, { recursive: true, force: true });
  }
}
