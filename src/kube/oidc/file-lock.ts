import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { sleep } from '../sleep.ts';

/** Ms between two tries. */
const interval = 50;

/** A file that is locked. */
export interface Lock {
  release(): void;
}

/** Another process has locked the file for a long time, or was killed. */
export class FileLocked extends Error {
  override readonly name = 'FileLocked';
}

/**
 * Locks a kubeconfig file against other processes, as kubectl does: `<file>.lock` exists while it is locked. The lock is
 * released also when this process ends. Throws FileLocked after `waitMs`, and other errors if no file can be created there.
 */
export async function lockFile(path: string, waitMs: number): Promise<Lock> {
  const lock = `${path}.lock`;
  const end = performance.now() + waitMs;
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      break;
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
      if (performance.now() > end) {
        throw new FileLocked(
          `${lock} exists: another command changes the kubeconfig; delete the lock if no command is running`,
          { cause },
        );
      }
    }
    await sleep(interval);
  }
  const remove = () => rmSync(lock, { force: true });
  process.once('exit', remove);
  return {
    release() {
      process.off('exit', remove);
      remove();
    },
  };
}
