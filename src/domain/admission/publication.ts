import { compare, major, prerelease, valid } from 'semver';
import { isJsonObject } from '../../api/object.ts';
import { sameSpec } from '../spoke/admission-defaults.ts';
import { readStamp } from '../revisions/revision.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { versionOf, highestOfLine } from '../revisions/published-version.ts';

/** What has to be read before a version may be published. */
export type Publication =
  /** The version is not higher than a published one: the spec that it was published with is needed. */
  | { needs: 'spec'; version: string }
  /** The version is the first of its major: the objects that pin the revision of that number are needed. */
  | { needs: 'pins'; major: number };

/** What must be read for a request that publishes a version; `undefined` if nothing must be read, or no version is published. */
export function publicationOf(
  kind: string,
  object: UncheckedObject | undefined,
  oldObject: UncheckedObject | undefined,
): Publication | undefined {
  const version = versionOf(object);
  // The revisions of a new object cannot be pinned yet.
  if (version === undefined || object === undefined || oldObject === undefined) return undefined;
  if (sameSpec(kind, object, oldObject)) return undefined;
  const highest = highestOfLine(oldObject, version);
  if (highest !== undefined && compare(version, highest) <= 0) return { needs: 'spec', version };
  if (prerelease(version) !== null || wasMajorPublished(oldObject, major(version))) return undefined;
  // A pin of a revision that does not exist yet has never had a meaning that could change.
  const newest = readStamp(oldObject.metadata)?.revision ?? 0;
  return major(version) === 0 || major(version) > newest ? undefined : { needs: 'pins', major: major(version) };
}

/** Whether the object ever published a version of this major. If so, `@vM` is a range and cannot pin revision M. */
function wasMajorPublished({ spec, status }: UncheckedObject, number: number): boolean {
  const versions = isJsonObject(status?.['versions']) ? Object.values(status['versions']) : [];
  return [...versions, spec?.['version']].some(
    (known) =>
      typeof known === 'string' && valid(known) === known && prerelease(known) === null && major(known) === number,
  );
}
