import { rm } from 'node:fs/promises';
import { setGlobalProxyFromEnv } from 'node:http';
import { join } from 'node:path';
import { checkSum, findSum, type ExpectedSum } from './checksum.ts';
import { extractMember } from './extract-member.ts';
import { fetchFile, fetchText, type FetchLimits } from './fetch-file.ts';
import type { ReleaseFile } from './kubernetes-release.ts';
import type { Output } from '../hub/line-output.ts';
import { OriginError } from './origin-error.ts';
import { Progress } from './progress.ts';

/** What to download. */
export interface ReleaseDownload {
  files: readonly ReleaseFile[];
  /** The folder for the programs. */
  folder: string;
  /** Maps paths to SHA-256 sums. The sums of other files are downloaded from the origin. */
  pinned: Readonly<Record<string, string>>;
  limits: FetchLimits;
  /** May contain `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  environment: Readonly<Record<string, string>>;
  output: Output;
}

const attempts = 3;
const pinnedSource = 'deploy/local/kubernetes/checksums.json';

/** Downloads programs and checks their sums. Throws OriginError if a download fails, and ChecksumError if a sum differs. */
export async function downloadRelease(download: ReleaseDownload): Promise<void> {
  // This affects all requests of the process. It is restored, because requests to the hub must not use a proxy.
  const restore = usesProxy(download.environment) ? setGlobalProxyFromEnv({ ...download.environment }) : () => {};
  try {
    const sums = await expectedSums(download);
    // One after another: more connections are not faster, and a problem shows early with etcd, which is small.
    for (const file of download.files) await downloadProgram(download, file, sums);
  } finally {
    restore();
  }
}

function usesProxy(environment: Readonly<Record<string, string>>): boolean {
  return Object.keys(environment).some((name) => /^https?_proxy$/i.test(name));
}

/** Maps the path of each file to its sum. Requests all hosts at the same time, so that a host without a response shows soon. */
async function expectedSums({ files, pinned, limits, output }: ReleaseDownload): Promise<Map<string, ExpectedSum>> {
  const sums = new Map<string, ExpectedSum>();
  const byHost = Map.groupBy(files, ({ sumsUrl }) => new URL(sumsUrl).host);
  const ask = async (sameHost: readonly ReleaseFile[]) => {
    for (const { path, sumsUrl } of sameHost) {
      const known = pinned[path];
      if (known === undefined) {
        const content = await retryBroken(() => fetchText(sumsUrl, limits), output);
        sums.set(path, originSum(content, path, sumsUrl));
      } else {
        sums.set(path, { sum: known, source: pinnedSource });
      }
    }
  };
  await Promise.all([...byHost.values()].map(ask));
  return sums;
}

function originSum(content: string, path: string, sumsUrl: string): ExpectedSum {
  const sum = findSum(content, path);
  if (sum === undefined) throw new OriginError(sumsUrl, `has no SHA-256 sum of ${path}`);
  return { sum, source: sumsUrl };
}

async function downloadProgram(
  { folder, limits, environment, output }: ReleaseDownload,
  { program, path, url, member }: ReleaseFile,
  sums: ReadonlyMap<string, ExpectedSum>,
): Promise<void> {
  const expected = sums.get(path);
  if (expected === undefined) throw new Error(`there is no sum for ${path}`);
  const target = join(folder, program);
  const fetched = member === undefined ? target : `${target}.tar.gz`;
  const progress = new Progress({ what: `downloading ${program}`, unit: 'MB' }, output);
  const onProgress = (done: number, total: number | undefined) =>
    progress.update({ done: done / 1e6, total: total === undefined ? undefined : total / 1e6 });
  try {
    checkSum(url, await retryBroken(() => fetchFile({ url, path: fetched, limits, onProgress }), output), expected);
  } finally {
    progress.stop();
  }
  if (member === undefined) return;
  await extractMember({ archive: fetched, member, target, url, environment });
  await rm(fetched);
}

async function retryBroken<T>(work: () => Promise<T>, { print }: Output): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof OriginError && error.isBroken) || attempt === attempts) throw error;
      print(`${error.message}; downloading it again`);
    }
  }
}
