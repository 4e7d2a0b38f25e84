import { compare, major, prerelease, valid } from 'semver';
import { isJsonObject } from '../../api/object.ts';
import { sameSpec } from '../spoke/admission-defaults.ts';
import { readStamp } from '../revisions/revision.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { versionOf, highestOfLine } from '../revisions/published-version.ts';

/** What has to be read before a version may be published. */
export type Publication =
  /** The version is not higher than a published one: with which spec was it published? */
  | { asks: 'spec'; version: string }
  /** It is the first version of its major: who pins the revision of that number? */
  | { asks: 'pins'; major: number };

/** What a request that publishes a version depends on; `undefined` if that is nothing, or if it publishes no version. */
export function publicationOf(
  kind: string,
  object: UncheckedObject | undefined,
  oldObject: UncheckedObject | undefined,
): Publication | undefined {
  const version = versionOf(object);
  // Nobody can pin a revision of an object that does not exist yet.
  if (version === undefined || object === undefined || oldObject === undefined) return undefined;
  if (sameSpec(kind, object, oldObject)) return undefined;
  const highest = highestOfLine(oldObject, version);
  if (highest !== undefined && compare(version, highest) <= 0) return { asks: 'spec', version };
  if (prerelease(version) !== null || wasMajorPublished(oldObject, major(version))) return undefined;
  // A pin of a revision that does not exist yet has never had a meaning that could change.
  const newest = readStamp(oldObject.metadata)?.revision ?? 0;
  return major(version) === 0 || major(version) > newest ? undefined : { asks: 'pins', major: major(version) };
}

/** Whether the object ever published a version of this major: then `@vM` is a range, and nobody can pin the number. */
function wasMajorPublished({ spec, status }: UncheckedObject, number: number): boolean {
  const versions = isJsonObject(status?.['versions']) ? Object.values(status['versions']) : [];
  return [...versions, spec?.['version']].some(
    (known) =>
      typeof known === 'string' && valid(known) === known && prerelease(known) === null && major(known) === number,
  );
}
