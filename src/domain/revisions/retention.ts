import { compare, prerelease, valid } from 'semver';
import type { KnownRevision } from '../refs/resolution.ts';
import { changesOnlyMetadata } from './spec-since.ts';
import { lineOf } from './version-line.ts';

/** A recorded revision with the fields that pruning depends on. */
export interface RetainedRevision extends KnownRevision {
  /**
   * Whether anything refers to it or has it applied: WorkloadDeployments, or Environments in the case of a
   * PolicyDefinition.
   */
  used: boolean;
}

/** How much is retained for one object. */
export interface RetentionLimits {
  /**
   * How many of the newest revisions that change the spec, and as many again that change only labels and annotations; 0 retains all
   * that the bytes allow.
   */
  revisions: number;
  /** For how many minor lines the highest release is retained: those whose releases are the newest. */
  lines: number;
  /** Bytes of content. What must be retained is retained even if it has more. */
  bytes: number;
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
 * Decides which revisions of one object are retained. What must be retained: the newest revision and those in use. What may be
 * retained: the newest ones up to the limit, and the highest release of the newest minor lines. With each revision that has a version,
 * the first revision of this version is retained, because the version refers to it. Revisions that change only labels and annotations
 * never push out one that changes the spec: they are counted separately, are pruned first if the bytes do not suffice, and are
 * retained only with the revision that introduced their spec. Otherwise the oldest is pruned first.
 */
export function retention(
  revisions: readonly RetainedRevision[],
  newest: KnownRevision,
  limits: RetentionLimits,
): Retention {
  const ordered = newestFirst(revisions, newest);
  const retained = retainedRevisions(ordered, limits);
  const expendable = ordered.filter(({ revision }) => !retained.has(revision));
  return {
    retire: expendable.filter(({ retiring }) => retiring !== true).map(({ revision }) => revision),
    restore: ordered
      .filter(({ revision, retiring }) => retiring === true && retained.has(revision))
      .map(({ revision }) => revision),
    expire: expendable.filter(({ retiring }) => retiring === true).map(({ revision }) => revision),
  };
}

/** The bytes that must be retained, whatever the limits are: the newest revision, those in use, and the first ones of their versions. */
export function requiredBytes(revisions: readonly RetainedRevision[], newest: KnownRevision): number {
  const ordered = newestFirst(revisions, newest);
  const required = requiredRevisions(ordered);
  return bytesOf(ordered.filter(({ revision }) => required.has(revision)));
}

/** The revisions with the live object, newest first. The live object may not be recorded yet. */
function newestFirst(revisions: readonly RetainedRevision[], newest: KnownRevision): RetainedRevision[] {
  const older = revisions.filter(({ revision }) => revision !== newest.revision);
  const recorded = revisions.find(({ revision }) => revision === newest.revision);
  const live = { used: false, ...recorded, ...newest };
  return [...older, live].toSorted((left, right) => right.revision - left.revision);
}

function requiredRevisions(ordered: readonly RetainedRevision[]): Set<number> {
  const [newest] = ordered;
  const required = ordered.filter((revision) => revision === newest || revision.used);
  return withFirstOfVersions(ordered, required);
}

function retainedRevisions(ordered: readonly RetainedRevision[], limits: RetentionLimits): Set<number> {
  const retained = requiredRevisions(ordered);
  const byNumber = new Map(ordered.map((revision) => [revision.revision, revision]));
  let bytes = bytesOf(ordered.filter(({ revision }) => retained.has(revision)));
  for (const revision of optionalRevisions(ordered, limits)) {
    if (changesOnlyMetadata(revision) && !retained.has(revision.specSince?.revision ?? 0)) continue;
    const more = [...withFirstOfVersions(ordered, [revision])].filter((number) => !retained.has(number));
    bytes += bytesOf(more.map((number) => byNumber.get(number)));
    if (bytes > limits.bytes) break;
    for (const number of more) retained.add(number);
  }
  return retained;
}

/** The revisions that are retained as long as the bytes suffice: those that change the spec before all others, and the newest first. */
function optionalRevisions(
  ordered: readonly RetainedRevision[],
  { revisions, lines }: RetentionLimits,
): RetainedRevision[] {
  const highest = new Set(firstOfHighestReleases(ordered).slice(0, lines));
  const newestOf = (group: readonly RetainedRevision[]) =>
    group.filter(({ revision }, index) => revisions === 0 || index < revisions || highest.has(revision));
  const ofSpec = ordered.filter((revision) => !changesOnlyMetadata(revision));
  return [...newestOf(ofSpec), ...newestOf(ordered.filter(changesOnlyMetadata))];
}

function bytesOf(revisions: readonly (KnownRevision | undefined)[]): number {
  return revisions.reduce((sum, revision) => sum + (revision?.bytes ?? 0), 0);
}

/** The numbers of some revisions, and of the first revision of each version that they have. */
function withFirstOfVersions(ordered: readonly KnownRevision[], some: readonly KnownRevision[]): Set<number> {
  const wanted = new Set(some.map(({ version }) => version).filter((version) => version !== undefined));
  const first = new Map<string, number>();
  for (const { version, revision } of wanted.size === 0 ? [] : ordered) {
    if (version !== undefined && wanted.has(version)) first.set(version, revision);
  }
  return new Set([...some.map(({ revision }) => revision), ...first.values()]);
}

/** The first revision of the highest release of every minor line, newest first: `@v1.3` refers to it. */
function firstOfHighestReleases(ordered: readonly KnownRevision[]): number[] {
  const highest = new Map<string, { version: string; revision: number }>();
  for (const { version, revision } of ordered) {
    if (version === undefined || valid(version) !== version || prerelease(version) !== null) continue;
    const line = lineOf(version);
    const known = highest.get(line);
    // Newest first: the same version further down is an earlier revision.
    if (known === undefined || compare(version, known.version) >= 0) highest.set(line, { version, revision });
  }
  return [...highest.values()].map(({ revision }) => revision).toSorted((left, right) => right - left);
}
