import { compare, inc, major, minor, prerelease, valid } from 'semver';

/**
 * The next free patch in the minor line of a version, given what was published before. After a prerelease comes a
 * prerelease, since a release is not to be published in passing.
 */
export function nextFreeVersion(version: string, published: readonly string[]): string {
  const line = published.filter(
    (other) => valid(other) === other && major(other) === major(version) && minor(other) === minor(version),
  );
  const highest = [...line, version].toSorted(compare).at(-1) ?? version;
  return inc(highest, prerelease(version) === null ? 'patch' : 'prerelease') ?? highest;
}
