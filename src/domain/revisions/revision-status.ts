import { compare, prerelease, valid } from 'semver';
import type { KnownRevision } from '../refs/resolution.ts';
import { lineOf, prereleaseLineOf } from './version-line.ts';

/**
 * The highest published version of each minor line, by line. A prerelease stands for no line; the highest one of a line
 * is kept beside it, so that its number is not given out again. Nothing that was published is forgotten.
 */
export function publishedVersions(
  revisions: readonly KnownRevision[],
  previous: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const highest = new Map(Object.entries(previous));
  for (const { version } of revisions) {
    if (version === undefined || valid(version) !== version) continue;
    const line = prerelease(version) === null ? lineOf(version) : prereleaseLineOf(version);
    const known = highest.get(line);
    if (known === undefined || compare(version, known) > 0) highest.set(line, version);
  }
  return Object.fromEntries([...highest].toSorted(([, left], [, right]) => compare(left, right)));
}
