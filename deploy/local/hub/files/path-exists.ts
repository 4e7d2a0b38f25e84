import { access } from 'node:fs/promises';

/** Whether there is something at `path` that we may see. */
export async function pathExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
