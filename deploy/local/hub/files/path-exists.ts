import { access } from 'node:fs/promises';

/** False also if this process may not access the path. */
export async function pathExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
