import { compare, major, minor, prerelease, valid } from 'semver';
import type { KnownRevision } from './resolution.ts';

/** The highest published version of each minor line, sorted by line; prereleases stand for no line. Nothing that was published is forgotten. */
export function publishedVersions(
  revisions: readonly KnownRevision[],
  previous: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const highest = new Map(Object.entries(previous));
  for (const { version } of revisions) {
    if (version === undefined || valid(version) !== version || prerelease(version) !== null) continue;
    const line = `${major(version)}.${minor(version)}`;
    const known = highest.get(line);
    if (known === undefined || compare(version, known) > 0) highest.set(line, version);
  }
  const lines = [...highest].toSorted(([left], [right]) => compare(`${left}.0`, `${right}.0`));
  return Object.fromEntries(lines);
}
