import { compare, prerelease, major, minor, parse } from 'semver';
import type { RevisionSelector } from './version-ref.ts';

/** One revision of an object, with the fields that resolution uses. */
export interface KnownRevision {
  revision: number;
  version?: string;
  /** The hash of the content. Absent in revisions that an early version of mooring has recorded. */
  hash?: string;
  /** About to be pruned: existing refs to it still resolve, a new ref to it is denied. */
  retiring?: boolean;
  /** Of an Environment: the hub namespaces in its stamp, without shared ones. */
  hubNamespaces?: readonly string[];
  /** Of an Environment with a pinned topology: the text of the stamp that says what the topology means. */
  topologyStamp?: string;
  /** The revision that introduced its spec, and the hash of that spec; absent if an earlier release of mooring recorded it. */
  specSince?: { revision: number; hash: string };
  /** Bytes of the recorded content; absent if an earlier release of mooring recorded it. */
  bytes?: number;
}

/**
 * The known revisions of one object, in any order. The live object counts as the newest revision, recorded or not, unless it
 * is terminating.
 */
export interface History {
  newest: KnownRevision;
  recorded: KnownRevision[];
  /** The versions in the status of the object. Their revisions may have been pruned. */
  published?: readonly string[];
}

/**
 * The history of a terminating object: only what is recorded, because admission does not check the content of a terminating
 * object. The newest revision is deleted first, so that a floating ref never moves to an older revision while the history is
 * deleted: once the stamped revision is not the newest recorded one, there is no history.
 */
export function historyOfTerminating(stamped: number, recorded: KnownRevision[]): History | undefined {
  const newest = recorded.reduce<KnownRevision | undefined>(
    (best, each) => (best === undefined || each.revision > best.revision ? each : best),
    undefined,
  );
  if (newest?.revision !== stamped) return undefined;
  const { revision, version, hash } = newest;
  return {
    newest: { revision, ...(version === undefined ? {} : { version }), ...(hash === undefined ? {} : { hash }) },
    recorded,
  };
}

/** `pending`: the revision may still be created. `impossible`: it can never exist. `exists` lists the existing revisions, for messages. */
export type Resolution =
  | { state: 'resolved'; revision: number; version?: string; hash?: string; floating: boolean }
  | { state: 'pending'; problem: string; exists: string }
  | { state: 'impossible'; problem: string; exists: string };

/** Resolves a selector with the history of its object. */
export function resolve(selector: RevisionSelector, history: History): Resolution {
  const revisions = allRevisions(history);
  switch (selector.kind) {
    case 'newest':
      return found(history.newest, true);
    case 'number':
      return resolveNumber(selector.number, history, revisions);
    case 'line': {
      const best = highest(
        revisions,
        (version) => major(version) === selector.major && minor(version) === selector.minor,
      );
      const line = `${selector.major}.${selector.minor}`;
      const isPruned = releasesIn(history).some((version) => `${major(version)}.${minor(version)}` === line);
      const problem = `no version ${line}.x is ${isPruned ? 'retained' : 'published'}`;
      return best === undefined ? missing('pending', problem, revisions) : found(best, true);
    }
    case 'version':
      return resolveVersion(selector.version, history, revisions);
  }
}

/** The revisions of a history, each once, oldest first. */
function allRevisions(history: History): KnownRevision[] {
  const byNumber = new Map(history.recorded.map((revision) => [revision.revision, revision]));
  byNumber.set(history.newest.revision, { ...byNumber.get(history.newest.revision), ...history.newest });
  return [...byNumber.values()].toSorted((left, right) => left.revision - right.revision);
}

function resolveNumber(number: number, history: History, revisions: KnownRevision[]): Resolution {
  const version = highest(revisions, (published) => major(published) === number);
  if (version !== undefined) return found(version, true);
  // The name of a range of versions never becomes the number of a revision, even if all versions in the range are pruned.
  if (releasesIn(history).some((published) => major(published) === number)) {
    return missing('pending', `no version ${number}.x.y is retained`, revisions);
  }
  const exact = revisions.find((revision) => revision.revision === number);
  if (exact !== undefined) return found(exact, false);
  if (number > history.newest.revision) return missing('pending', `there is no revision ${number} yet`, revisions);
  return missing('impossible', `revision ${number} has been pruned`, revisions);
}

/** Whether a release has this major version, so that the number means a range of versions. Its revisions may have been pruned. */
export function isPublishedMajor(number: number, history: History): boolean {
  const known = [history.newest, ...history.recorded];
  return (
    highest(known, (version) => major(version) === number) !== undefined ||
    releasesIn(history).some((version) => major(version) === number)
  );
}

function resolveVersion(version: string, history: History, revisions: KnownRevision[]): Resolution {
  // A version means its first revision: later ones with the same version differ in labels and annotations only.
  const exact = revisions.find((revision) => revision.version === version);
  if (exact !== undefined) return found(exact, false);
  if (history.published?.includes(version) === true) {
    return missing('impossible', `version ${version} has been pruned`, revisions);
  }
  const published = releasesIn(history).map((release) => ({ revision: 0, version: release }));
  const best = highest(
    [...revisions, ...published],
    (other) => major(other) === major(version) && minor(other) === minor(version),
  );
  if (best?.version !== undefined && compare(version, best.version) < 0) {
    return missing(
      'impossible',
      `version ${version} is not published and can no longer be, because ${best.version} is published`,
      revisions,
    );
  }
  return missing('pending', `version ${version} is not published yet`, revisions);
}

/** The releases in the status of the object: the highest one of each minor line. */
function releasesIn({ published = [] }: History): string[] {
  return published.filter((version) => parse(version) !== null && prerelease(version) === null);
}

/** The first revision of the highest published version that matches; a prerelease is never the highest of a range. */
function highest(revisions: KnownRevision[], wanted: (version: string) => boolean): KnownRevision | undefined {
  let best: KnownRevision | undefined;
  for (const revision of revisions) {
    const { version } = revision;
    if (version === undefined || parse(version) === null) continue;
    if (prerelease(version) !== null || !wanted(version)) continue;
    if (best?.version === undefined || compare(version, best.version) > 0) best = revision;
  }
  return best;
}

function found(revision: KnownRevision, floating: boolean): Resolution {
  const { revision: number, version, hash } = revision;
  return {
    state: 'resolved',
    revision: number,
    ...(version === undefined ? {} : { version }),
    ...(hash === undefined ? {} : { hash }),
    floating,
  };
}

function missing(state: 'pending' | 'impossible', problem: string, revisions: KnownRevision[]): Resolution {
  return { state, problem, exists: summary(revisions) };
}

/** The existing revisions, newest first and at most ten: `v4 (1.3.6), v3`. */
function summary(revisions: KnownRevision[]): string {
  const shown = revisions
    .toReversed()
    .slice(0, 10)
    .map(({ revision, version }) => (version === undefined ? `v${revision}` : `v${revision} (${version})`));
  const more = revisions.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
