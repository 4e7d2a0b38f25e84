import { compare, inc } from 'semver';
import { sameJson } from '../../json/canonical-json.ts';
import { sameSpec } from '../../spoke/admission-defaults.ts';
import { revisionedKinds, type Rule } from '../rule.ts';
import { versionOf, highestOfLine } from '../../revisions/published-version.ts';

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
  needsLiveRead: true,
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
