import { basename } from 'node:path';

/** A file does not have the expected content, because it was changed or the origin is broken. */
export class ChecksumError extends Error {
  override name = 'ChecksumError';
}

/** The sum of one file, and where it was published. */
export interface ExpectedSum {
  sum: string;
  source: string;
}

/**
 * The SHA-256 sum of a file in what an origin publishes: one sum alone, or lines of `sha256sum` with names. Undefined
 * if there is none, for example because a proxy answered with a page of its own.
 */
export function findSum(content: string, file: string): string | undefined {
  for (const line of content.split('\n')) {
    const [, sum, name] = /^([0-9a-f]{64})(?:\s+\*?(\S+))?\s*$/i.exec(line) ?? [];
    if (sum !== undefined && (name === undefined || basename(name) === basename(file))) return sum.toLowerCase();
  }
  return undefined;
}

/** Throws ChecksumError unless the sums are the same. */
export function checkSum(url: string, actual: string, { sum, source }: ExpectedSum): void {
  if (actual === sum.toLowerCase()) return;
  throw new ChecksumError(
    `${url} has the wrong content: its SHA-256 sum is ${actual}, but ${source} says ${sum}. ` +
      'The file was changed on the way, or the origin is broken. ' +
      'Set MOORING_KUBERNETES_MIRROR to another origin, or to "none" to build Kubernetes from source',
  );
}
