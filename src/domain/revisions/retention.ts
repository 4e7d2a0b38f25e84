import { compare, prerelease, valid } from 'semver';
import type { KnownRevision } from '../refs/resolution.ts';
import { lineOf } from './version-line.ts';

/** One recorded revision as pruning sees it. */
export interface RetainedRevision extends KnownRevision {
  /** Who uses it: WorkloadDeployments, or for a topology Environments, now or as applied. */
  used: boolean;
}

export interface Retention {
  /** To be marked as retiring; pins to them are refused from then on. */
  retire: number[];
  /** Marked, and wanted again after all. */
  restore: number[];
  /** Marked and not wanted: to be deleted when they have been marked for long enough. */
  expire: number[];
}

/** What to do with the revisions of one object: the `limit` newest stay, the highest patch of every minor line, all in use, and what their versions mean. 0 is no limit. */
export function retention(revisions: readonly RetainedRevision[], newest: KnownRevision, limit: number): Retention {
  // The live object counts before it is recorded: it may show a version that an old revision is the first of.
  const older = revisions.filter(({ revision }) => revision !== newest.revision);
  const recorded = revisions.find(({ revision }) => revision === newest.revision);
  const live = { used: false, ...recorded, ...newest };
  const ordered = [...older, live].toSorted((left, right) => right.revision - left.revision);
  const kept = new Set([newest.revision, ...ordered.slice(0, limit).map(({ revision }) => revision)]);
  for (const { revision, used } of ordered) if (used) kept.add(revision);
  for (const revision of firstOfHighest(ordered)) kept.add(revision);
  // A version means its first revision: whoever still shows the version keeps that one too.
  for (const revision of firstOfVersions(ordered, kept)) kept.add(revision);
  const spare = limit === 0 ? [] : ordered.filter(({ revision }) => !kept.has(revision));
  return {
    retire: spare.filter(({ retiring }) => retiring !== true).map(({ revision }) => revision),
    restore: ordered
      .filter(({ revision, retiring }) => retiring === true && (limit === 0 || kept.has(revision)))
      .map(({ revision }) => revision),
    expire: spare.filter(({ retiring }) => retiring === true).map(({ revision }) => revision),
  };
}

/** The first revision of every version that one of the `kept` revisions has. */
function firstOfVersions(newestFirst: readonly KnownRevision[], kept: ReadonlySet<number>): number[] {
  const versions = newestFirst.filter(({ revision }) => kept.has(revision)).map(({ version }) => version);
  const wanted = new Set(versions.filter((version) => version !== undefined));
  const first = new Map<string, number>();
  for (const { version, revision } of newestFirst) {
    if (version !== undefined && wanted.has(version)) first.set(version, revision);
  }
  return [...first.values()];
}

/** The first revision of the highest version of every minor line, which is what that version means. */
function firstOfHighest(newestFirst: readonly KnownRevision[]): number[] {
  const highest = new Map<string, { version: string; revision: number }>();
  for (const { version, revision } of newestFirst) {
    if (version === undefined || valid(version) !== version || prerelease(version) !== null) continue;
    const line = lineOf(version);
    const known = highest.get(line);
    // Newest first: an equal version further down is an earlier revision of it.
    if (known === undefined || compare(version, known.version) >= 0) highest.set(line, { version, revision });
  }
  return [...highest.values()].map(({ revision }) => revision);
}
