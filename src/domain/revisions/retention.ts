import { compare, prerelease, valid } from 'semver';
import type { KnownRevision } from '../refs/resolution.ts';
import { lineOf } from './version-line.ts';

/** A recorded revision with the fields that pruning depends on. */
export interface RetainedRevision extends KnownRevision {
  /**
   * Whether anything refers to it or has it applied: WorkloadDeployments, or Environments in the case of a
   * PolicyDefinition.
   */
  used: boolean;
}

/** Numbers of revisions whose DefinitionRevisions have to change. */
export interface Retention {
  /** To be marked as retiring. New pins to a marked revision are rejected. */
  retire: number[];
  /** Marked, but retained again: the mark is removed. */
  restore: number[];
  /** Marked and not retained: to be deleted once they have been marked for long enough. */
  expire: number[];
}

/**
 * Decides which revisions of one object are retained: the newest, the `limit` newest recorded ones, those in use, the
 * highest release of every minor line, and the first revision of each version that a retained revision has. A `limit`
 * of 0 retains all.
 */
export function retention(revisions: readonly RetainedRevision[], newest: KnownRevision, limit: number): Retention {
  // The live object may not be recorded yet, and may have a version whose first revision is an old one.
  const older = revisions.filter(({ revision }) => revision !== newest.revision);
  const recorded = revisions.find(({ revision }) => revision === newest.revision);
  const live = { used: false, ...recorded, ...newest };
  const ordered = [...older, live].toSorted((left, right) => right.revision - left.revision);
  const retained = new Set([newest.revision, ...ordered.slice(0, limit).map(({ revision }) => revision)]);
  for (const { revision, used } of ordered) if (used) retained.add(revision);
  for (const revision of firstOfHighestReleases(ordered)) retained.add(revision);
  // A version refers to its first revision, so that one is retained as long as a retained revision has the version.
  for (const revision of firstOfVersions(ordered, retained)) retained.add(revision);
  const expendable = limit === 0 ? [] : ordered.filter(({ revision }) => !retained.has(revision));
  return {
    retire: expendable.filter(({ retiring }) => retiring !== true).map(({ revision }) => revision),
    restore: ordered
      .filter(({ revision, retiring }) => retiring === true && (limit === 0 || retained.has(revision)))
      .map(({ revision }) => revision),
    expire: expendable.filter(({ retiring }) => retiring === true).map(({ revision }) => revision),
  };
}

/** The first revision of every version that one of the `retained` revisions has. */
function firstOfVersions(newestFirst: readonly KnownRevision[], retained: ReadonlySet<number>): number[] {
  const versions = newestFirst.filter(({ revision }) => retained.has(revision)).map(({ version }) => version);
  const wanted = new Set(versions.filter((version) => version !== undefined));
  const first = new Map<string, number>();
  for (const { version, revision } of newestFirst) {
    if (version !== undefined && wanted.has(version)) first.set(version, revision);
  }
  return [...first.values()];
}

/** The first revision of the highest release of every minor line: `@v1.3` refers to it. */
function firstOfHighestReleases(newestFirst: readonly KnownRevision[]): number[] {
  const highest = new Map<string, { version: string; revision: number }>();
  for (const { version, revision } of newestFirst) {
    if (version === undefined || valid(version) !== version || prerelease(version) !== null) continue;
    const line = lineOf(version);
    const known = highest.get(line);
    // Newest first: the same version further down is an earlier revision.
    if (known === undefined || compare(version, known.version) >= 0) highest.set(line, { version, revision });
  }
  return [...highest.values()].map(({ revision }) => revision);
}
