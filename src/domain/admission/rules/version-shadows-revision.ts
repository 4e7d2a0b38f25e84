import { revisionedKinds, type Rule } from '../rule.ts';
import { referrersByKind } from '../wording.ts';

/** The first published version of major N would turn `@vN`, which pins revision N, into a floating range of versions. */
export const versionShadowsRevision: Rule = {
  code: 'VersionShadowsRevision',
  summary:
    'The first version of a major M is published while an object pins revision M: the pin would mean the version from then on.',
  remedy: 'Publish another major, or change the refs of the objects that the message names.',
  kinds: revisionedKinds,
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request: { object, name }, shadowedPins = [] }) {
    if (shadowedPins.length === 0) return [];
    const given = object?.spec?.['version'];
    const version = typeof given === 'string' ? given : '';
    const number = version.split('.')[0] ?? '';
    const users = referrersByKind(shadowedPins);
    const message = `with version ${version}, ${name}@v${number} would mean that version instead of revision ${number}, which is pinned by ${users}; publish another major, or change these refs first`;
    return [{ path: 'spec.version', message }];
  },
};
