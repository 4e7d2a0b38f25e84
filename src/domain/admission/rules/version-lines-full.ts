import { inc } from 'semver';
import { historyLimits } from '../../revisions/history-limits.ts';
import { highestOfLine, publishedLines, versionOf } from '../../revisions/published-version.ts';
import { lineKeyOf } from '../../revisions/version-line.ts';
import { sameSpec } from '../../spoke/admission-defaults.ts';
import { revisionedKinds, type Rule } from '../rule.ts';

/** A version would begin one line more than `status.versions` can hold, so that it could be published twice. */
export const versionLinesFull: Rule = {
  code: 'VersionLinesFull',
  summary: `A version would begin a new minor line, although the object has published ${historyLimits.versionLines} lines; prereleases count apart.`,
  remedy: 'Publish the next patch of a line that exists, or continue with a new object.',
  kinds: revisionedKinds,
  operations: ['UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find({ request: { kind, object, oldObject } }) {
    const version = versionOf(object);
    if (object === undefined || oldObject === undefined || version === undefined) return [];
    if (sameSpec(kind, object, oldObject)) return [];
    const lines = publishedLines(oldObject);
    const line = lineKeyOf(version);
    if (lines.has(line) || lines.size < historyLimits.versionLines) return [];
    const highest = highestOfLine(oldObject, version);
    const next = highest === undefined ? '' : `, such as ${inc(highest, 'patch') ?? ''}`;
    const message = `${version} would begin line ${line}, but the highest version of each line is kept in status.versions, which has ${historyLimits.versionLines} of them; publish the next version of one of these lines${next}, or use a new object`;
    return [{ path: 'spec.version', message }];
  },
};
