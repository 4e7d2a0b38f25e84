import { compare, major, prerelease, valid } from 'semver';
import { isJsonObject } from '../../api/object.ts';
import { sameSpec } from '../spoke/admission-defaults.ts';
import { readStamp } from '../revisions/revision.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { versionOf, highestOfLine } from '../revisions/published-version.ts';

/** What has to be looked up before a version may be published. */
export type Publication =
  /** The version was published, or passed by: what was its spec? */
  | { asks: 'spec'; version: string }
  /** It is the first of its major: who pins the revision of that number? */
  | { asks: 'pins'; major: number };

/** What a request that publishes a version has to be judged by; `undefined` where it needs nothing, or publishes none. */
export function publicationOf(
  kind: string,
  object: UncheckedObject | undefined,
  oldObject: UncheckedObject | undefined,
): Publication | undefined {
  const version = versionOf(object);
  // Before an object is there, nobody can have pinned a revision of it.
  if (version === undefined || object === undefined || oldObject === undefined) return undefined;
  if (sameSpec(kind, object, oldObject)) return undefined;
  const highest = highestOfLine(oldObject, version);
  if (highest !== undefined && compare(version, highest) <= 0) return { asks: 'spec', version };
  if (prerelease(version) !== null || isPublishedMajor(oldObject, major(version))) return undefined;
  // A pin of a revision that is still to come has never meant anything, so there is nothing for it to be moved from.
  const newest = readStamp(oldObject.metadata)?.revision ?? 0;
  return major(version) === 0 || major(version) > newest ? undefined : { asks: 'pins', major: major(version) };
}

/** Whether a version of the same major is published already: then `@vM` is a range, and nobody can pin the number. */
function isPublishedMajor({ spec, status }: UncheckedObject, number: number): boolean {
  const versions = isJsonObject(status?.['versions']) ? Object.values(status['versions']) : [];
  return [...versions, spec?.['version']].some(
    (known) =>
      typeof known === 'string' && valid(known) === known && prerelease(known) === null && major(known) === number,
  );
}
