import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('./cue/', import.meta.url));
/** The image has the CUE engine here. */
const shipped = fileURLToPath(new URL('./cue.wasm', import.meta.url));

export interface BuildOptions {
  /** A folder that stays between runs; it is created if it does not exist. */
  cacheDir: string;
  /** Called once, before a build that may take some minutes. */
  onProgress?: (message: string) => void;
  /** A build waits for it. A module that exists already is returned at once. */
  beforeBuild?: () => Promise<void>;
  /** The Go command; `go` on the path by default. */
  go?: string;
}

/**
 * Returns the path of the CUE engine as WebAssembly: the one that is shipped beside the program, or else one that is built. Builds
 * it from `cue/` if the cache does not have it for this source and Go version. Two processes may build at the same time: each writes its own file and renames it to the same path.
 */
export async function buildCueModule({ cacheDir, onProgress, beforeBuild, go = 'go' }: BuildOptions): Promise<string> {
  if (await exists(shipped)) return shipped;
  const version = await versionOf(go);
  const path = join(cacheDir, `cue-${await digestOf(version)}.wasm`);
  if (await exists(path)) return path;
  await beforeBuild?.();
  onProgress?.(`building the CUE engine with ${version} (once, a minute or two)`);
  await mkdir(cacheDir, { recursive: true });
  const unfinished = `${path}.${randomUUID()}`;
  try {
    // env(1) adds two variables to the environment, which this process does not read.
    const build = ['build', '-trimpath', '-buildmode=c-shared', '-buildvcs=false', '-ldflags=-s -w', '-o', unfinished];
    await run('env', ['GOOS=wasip1', 'GOARCH=wasm', go, ...build, '.'], { cwd: sources });
    await rename(unfinished, path);
  } catch (cause) {
    throw new Error(`the CUE engine could not be built: ${lastLine(cause)}`, { cause });
  } finally {
    await rm(unfinished, { force: true });
  }
  return path;
}

async function versionOf(go: string): Promise<string> {
  try {
    const { stdout } = await run(go, ['env', 'GOVERSION'], { cwd: sources });
    return stdout.trim();
  } catch (cause) {
    const remedy = 'install Go 1.26 or later, or pass the path of a CUE engine that is already built';
    throw new Error(`the CUE engine is built with Go, and \`${go}\` cannot be run: ${remedy}`, { cause });
  }
}

async function digestOf(version: string): Promise<string> {
  const hash = createHash('sha256').update(version);
  const names = (await readdir(sources)).filter((name) => /\.(go|mod|sum)$/.test(name)).toSorted();
  for (const name of names) hash.update(`\0${name}\0`).update(await readFile(join(sources, name)));
  return hash.digest('hex').slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? text;
}
