import { relative } from 'node:path';

/** The path relative to `cwd` if it is below `cwd`, else the path itself. */
export function shortenPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') ? path : short;
}
