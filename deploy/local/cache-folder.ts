import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's cache folder for what mooring builds once; `environment` is the caller's. */
export function cacheFolder(environment: Readonly<Record<string, string>>): string {
  const base = environment['XDG_CACHE_HOME'] ?? '';
  return join(base === '' ? join(homedir(), '.cache') : base, 'mooring');
}
