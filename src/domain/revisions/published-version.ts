import { compare, prerelease, valid } from 'semver';
import { isJsonObject, type JsonObject } from '../../api/object.ts';
import { lineOf, prereleaseLineOf } from './version-line.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** The version of an object, if it is one. */
export function versionOf(object: UncheckedObject | undefined): string | undefined {
  const version = object?.spec?.['version'];
  return typeof version === 'string' && valid(version) === version ? version : undefined;
}

/**
 * The highest published version of the minor line of a version, as recorded on the stored object or live in it. A
 * release stands for the whole line; prereleases are a line beside it, which a release may pass by.
 */
export function highestOfLine(oldObject: UncheckedObject, version: string): string | undefined {
  const versions: JsonObject = isJsonObject(oldObject.status?.['versions']) ? oldObject.status['versions'] : {};
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
