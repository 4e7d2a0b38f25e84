import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildCueModule } from '../../src/topology/module.ts';

let built: Promise<string> | undefined;

/** The path of the real CUE engine, built on first use. The first build on a machine takes some minutes. */
export function cueModule(): Promise<string> {
  const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  built ??= buildCueModule({ cacheDir: join(caches, 'mooring') });
  return built;
}

/** The timeout of hooks that need the module. */
export const buildTimeoutMs = 600_000;
