import { compare, inc } from 'semver';
import { sameJson } from '../../json/canonical-json.ts';
import { sameSpec } from '../../spoke/admission-defaults.ts';
import { revisionedKinds, type Rule } from '../rule.ts';
import { versionOf, highestOfLine } from '../../revisions/published-version.ts';

/** A published version would change its spec, or a new version would be published out of order. */
export const versionReused: Rule = {
  code: 'VersionReused',
  summary:
    'A published version would change its spec, or a new version is not higher than the highest of its minor line.',
  remedy: 'Publish the next free version, which the message names.',
  kinds: revisionedKinds,
  operations: ['UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  // The rule depends on the history of the object, and a cache may lack the newest revision.
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request: { kind, object, oldObject }, publishedSpec }) {
    const version = versionOf(object);
    if (object === undefined || oldObject === undefined || version === undefined) return [];
    if (sameSpec(kind, object, oldObject)) return [];
    // A revert may restore the spec that the version was published with.
    if (publishedSpec !== undefined && sameJson(object.spec, publishedSpec)) return [];
    const highest = highestOfLine(oldObject, version);
    if (highest === undefined || compare(version, highest) > 0) return [];
    const free = inc(highest, 'patch') ?? '';
    const problem =
      version === highest
        ? `${version} is already published`
        : `${version} is not higher than ${highest}, which is already published`;
    const message = `${problem}, and the spec of a version cannot change; the next free version is ${free}`;
    return [{ path: 'spec.version', message }];
  },
};
