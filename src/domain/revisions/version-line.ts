import { major, minor, prerelease } from 'semver';

/** The key of the minor line of a version in `status.versions`: `1.3`. */
export function lineOf(version: string): string {
  return `${major(version)}.${minor(version)}`;
}

/** The key in `status.versions` of the highest prerelease of a minor line, apart from its releases: `1.3-prerelease`. */
export function prereleaseLineOf(version: string): string {
  return `${lineOf(version)}-prerelease`;
}

/** The key in `status.versions` that a version counts for. */
export function lineKeyOf(version: string): string {
  return prerelease(version) === null ? lineOf(version) : prereleaseLineOf(version);
}
