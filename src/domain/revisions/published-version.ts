import { compare, prerelease, valid } from 'semver';
import { child } from '../json/fields.ts';
import { lineKeyOf, lineOf, prereleaseLineOf } from './version-line.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** `spec.version` of an object of any shape; `undefined` unless it is a version. */
export function versionOf(object: UncheckedObject | undefined): string | undefined {
  const version = object?.spec?.['version'];
  return typeof version === 'string' && valid(version) === version ? version : undefined;
}

/**
 * The highest version that is published in the minor line of `version`. The versions in the status of the stored object and
 * the version in its spec count. A release is compared with releases only, because it may be lower than a prerelease of a
 * later patch; a prerelease is compared with both.
 */
export function highestOfLine(oldObject: UncheckedObject, version: string): string | undefined {
  const versions = child(oldObject.status, 'versions');
  const line = lineOf(version);
  const live = versionOf(oldObject);
  const lines = prerelease(version) === null ? [line] : [line, prereleaseLineOf(version)];
  const candidates = [
    ...lines.map((key) => versions[key]),
    ...(live === undefined || lineOf(live) !== line ? [] : [live]),
  ];
  return candidates
    .filter((item): item is string => typeof item === 'string' && valid(item) === item)
    .filter((item) => prerelease(item) === null || prerelease(version) !== null)
    .toSorted(compare)
    .at(-1);
}

/** The versions in the status of an object, for its history. */
export function publishedIn({ status }: Pick<UncheckedObject, 'status'>): { published?: string[] } {
  const versions = Object.values(child(status, 'versions')).filter((version) => typeof version === 'string');
  return versions.length === 0 ? {} : { published: versions };
}

/** The keys of `status.versions` that are taken: those in the status, and the one of the version in the spec. */
export function publishedLines(oldObject: UncheckedObject): Set<string> {
  const live = versionOf(oldObject);
  return new Set([
    ...Object.keys(child(oldObject.status, 'versions')),
    ...(live === undefined ? [] : [lineKeyOf(live)]),
  ]);
}
