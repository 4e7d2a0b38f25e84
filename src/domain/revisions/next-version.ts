import { compare, inc, major, minor, prerelease, valid } from 'semver';

/**
 * The lowest version above all published versions of the minor line: the next patch, or the next prerelease if `version`
 * is one, because a release must be published on purpose.
 */
export function nextFreeVersion(version: string, published: readonly string[]): string {
  const line = published.filter(
    (other) => valid(other) === other && major(other) === major(version) && minor(other) === minor(version),
  );
  const highest = [...line, version].toSorted(compare).at(-1) ?? version;
  return inc(highest, prerelease(version) === null ? 'patch' : 'prerelease') ?? highest;
}
