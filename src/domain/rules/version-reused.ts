import { compare, inc, major, minor, valid } from 'semver';
import { isJsonObject, type JsonObject } from '../../api/object.ts';
import type { RequestObject } from '../facts.ts';
import { sameJson } from '../canonical-json.ts';
import { revisionedKinds, type Rule } from '../rule.ts';

/** A published version would come to mean another spec, or would come out of order. */
export const versionReused: Rule = {
  code: 'VersionReused',
  summary:
    'A published version would change its meaning, or a new one is not higher than the highest of its minor line.',
  kinds: revisionedKinds,
  operations: ['UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  restsOnOthers: false,
  find({ request: { object, oldObject } }) {
    const version = versionOf(object);
    if (object === undefined || oldObject === undefined || version === undefined) return [];
    if (sameJson(object.spec, oldObject.spec)) return [];
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

function versionOf(object: RequestObject | undefined): string | undefined {
  const version = object?.spec?.['version'];
  return typeof version === 'string' && valid(version) === version ? version : undefined;
}

/** The highest published version of the minor line of a version, as recorded on the stored object or live in it. */
function highestOfLine(oldObject: RequestObject, version: string): string | undefined {
  const versions: JsonObject = isJsonObject(oldObject.status?.['versions']) ? oldObject.status['versions'] : {};
  const recorded = versions[`${major(version)}.${minor(version)}`];
  const live = versionOf(oldObject);
  const sameLine = live !== undefined && major(live) === major(version) && minor(live) === minor(version);
  const candidates = [recorded, sameLine ? live : undefined].filter((item): item is string => typeof item === 'string');
  return candidates.toSorted(compare).at(-1);
}
