import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureCachedFolder } from './cached-folder.ts';
import { fetchLimits } from './fetch-file.ts';
import { releaseFile, versions, type ReleaseFile } from './kubernetes-release.ts';
import { OriginError } from './origin-error.ts';
import type { ProgramOptions, ProgramSet } from './program-set.ts';
import { downloadRelease } from './release-download.ts';

const product = `Kubernetes ${versions.kubernetes}`;

/** A release, and its folder in the cache, which exists if it is downloaded. */
export interface CachedRelease {
  files: readonly ReleaseFile[];
  folder: string;
  pinned: Readonly<Record<string, string>>;
}

/** The release for this platform. Undefined if downloads are disabled, or there is no release for the platform. */
export async function findRelease(options: ProgramOptions, set: ProgramSet): Promise<CachedRelease | undefined> {
  const mirror = readMirror(options.environment['MOORING_KUBERNETES_MIRROR']);
  if (mirror === 'none') return undefined;
  const { platform, arch } = process;
  const files = set.programs.flatMap((program) => releaseFile(program, { platform, arch, mirror }) ?? []);
  if (files.length < set.programs.length) return undefined;
  const pinned = options.pinned ?? (await readPinned());
  return { files, pinned, folder: join(options.cache, `release-${digest(files, pinned)}-${set.name}`) };
}

/** Whether the programs were downloaded. If not, prints the reason in one line. Throws ChecksumError. */
export async function tryDownload(options: ProgramOptions, { files, pinned, folder }: CachedRelease): Promise<boolean> {
  const { cache, environment, output, limits = fetchLimits } = options;
  const began = performance.now();
  try {
    await ensureCachedFolder({
      path: folder,
      async fill(draft) {
        const hosts = new Set(files.map(({ url }) => new URL(url).host));
        output.print(`downloading ${product} from ${[...hosts].join(' and ')} into ${cache} (once)`);
        await downloadRelease({ files, folder: draft, pinned, limits, environment, output });
        output.print(`downloaded ${product} in ${Math.round((performance.now() - began) / 1000)} s`);
      },
      onWait: (pid) => output.print(`process ${pid} is downloading Kubernetes; waiting for it`),
    });
    return true;
  } catch (error) {
    if (!(error instanceof OriginError)) throw error;
    output.print(`${product} cannot be downloaded (${error.message}); it is built instead`);
    return false;
  }
}

function readMirror(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (value === 'none') return value;
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new Error('$MOORING_KUBERNETES_MIRROR must be "none" or an http or https URL without credentials');
  }
  return value.replace(/\/+$/, '');
}

async function readPinned(): Promise<Readonly<Record<string, string>>> {
  const path = join(import.meta.dirname, 'checksums.json');
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
}

/** The digest changes with the versions, the platform and the pinned sums. */
function digest(files: readonly ReleaseFile[], pinned: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const { path } of files) hash.update(`${path} ${pinned[path] ?? ''}\n`);
  return hash.digest('hex').slice(0, 16);
}
