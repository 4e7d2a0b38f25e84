import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file to read. `isNamed` says whether the user named it, and not only its folder. */
export interface ListedFile {
  path: string;
  isNamed: boolean;
}

/** The files of a path as kubectl lists them, and the folders in it that are not read. */
export interface FileList {
  files: ListedFile[];
  skippedFolders: string[];
}

/** Lists a file, or the manifests of a folder in the order of their names. Throws what the file system throws. */
export async function listFiles(path: string, { recursive }: { recursive: boolean }): Promise<FileList> {
  if (path === '-' || !(await stat(path)).isDirectory())
    return { files: [{ path, isNamed: true }], skippedFolders: [] };
  return listFolder(path, recursive);
}

async function listFolder(folder: string, recursive: boolean): Promise<FileList> {
  const entries = await readdir(folder, { withFileTypes: true });
  const list: FileList = { files: [], skippedFolders: [] };
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      if (/\.(ya?ml|json)$/.test(entry.name)) list.files.push({ path, isNamed: false });
    } else if (recursive) {
      const below = await listFolder(path, recursive);
      for (const file of below.files) list.files.push(file);
    } else if (!entry.name.startsWith('.')) list.skippedFolders.push(path);
  }
  return list;
}
