import { relative } from 'node:path';

/** A path as a person in `cwd` would type it. */
export function shortPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') ? path : short;
}
