import { compare, inc, prerelease, valid } from 'semver';
import { isJsonObject, type JsonObject } from '../../api/object.ts';
import type { RequestObject } from '../facts.ts';
import { sameJson } from '../canonical-json.ts';
import { sameSpec } from '../object-defaults.ts';
import { revisionedKinds, type Rule } from '../rule.ts';
import { lineOf, prereleaseLineOf } from '../version-line.ts';

/** A published version would come to mean another spec, or would come out of order. */
export const versionReused: Rule = {
  code: 'VersionReused',
  summary:
    'A published version would change its meaning, or a new one is not higher than the highest of its minor line.',
  remedy: 'Publish the next free version, which the message names.',
  kinds: revisionedKinds,
  operations: ['UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  // On its own history: what the version was published with may be newer than a cache.
  restsOnOthers: true,
  find({ request: { kind, object, oldObject }, publishedSpec }) {
    const version = versionOf(object);
    if (object === undefined || oldObject === undefined || version === undefined) return [];
    if (sameSpec(kind, object, oldObject)) return [];
    // The spec that it was published with may come back, as in a revert.
    if (publishedSpec !== undefined && sameJson(object.spec, publishedSpec)) return [];
    const highest = highestOfLine(oldObject, version);
    if (highest === undefined || compare(version, highest) > 0) return [];
    const free = inc(highest, 'patch') ?? '';
    const why =
      version === highest ? `${version} is published` : `${version} is not higher than ${highest}, which is published`;
    return [
      { path: 'spec.version', message: `${why}, and a version means one spec for ever; the next free one is ${free}` },
    ];
  },
};

/** The version of an object, if it is one. */
export function versionOf(object: RequestObject | undefined): string | undefined {
  const version = object?.spec?.['version'];
  return typeof version === 'string' && valid(version) === version ? version : undefined;
}

/**
 * The highest published version of the minor line of a version, as recorded on the stored object or live in it. A
 * release stands for the whole line; prereleases are a line beside it, which a release may pass by.
 */
export function highestOfLine(oldObject: RequestObject, version: string): string | undefined {
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
