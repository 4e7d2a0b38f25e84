import { revisionedKinds, type Rule } from '../rule.ts';
import { referrersByKind } from '../wording.ts';

/** The first version of a major would turn a fixed `@vN` into a range that follows. */
export const versionShadowsRevision: Rule = {
  code: 'VersionShadowsRevision',
  summary:
    'The first version of a major M is published while somebody pins revision M, whose pin would come to mean the version.',
  remedy: 'Publish another major, or re-pin those that the message names.',
  kinds: revisionedKinds,
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  find({ request: { object, name }, shadowedPins = [] }) {
    if (shadowedPins.length === 0) return [];
    const given = object?.spec?.['version'];
    const version = typeof given === 'string' ? given : '';
    const number = version.split('.')[0] ?? '';
    const users = referrersByKind(shadowedPins);
    const message = `${version} would make ${name}@v${number} mean a version, and it is a fixed pin of revision ${number} for ${users}; publish another major, or re-pin these first`;
    return [{ path: 'spec.version', message }];
  },
};
