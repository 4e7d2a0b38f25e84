import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { draftPath } from './draft-path.ts';

/** Writes the whole file or nothing. Only the owner can read it, because many of our files contain keys. */
export async function writeWhole(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = draftPath(path);
  await writeFile(draft, content, { mode: 0o600 });
  await rename(draft, path);
}
