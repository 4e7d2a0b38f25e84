import type { Referrer } from '../facts.ts';
import { revisionedKinds, type Rule } from '../rule.ts';
import { referrersByKind } from '../wording.ts';

/** The first published version of major N would turn `@vN`, which pins revision N, into a floating range of versions. */
export const versionShadowsRevision: Rule = {
  code: 'VersionShadowsRevision',
  summary:
    'The first version of a major M is published while an object pins revision M: the pin would mean the version from then on.',
  remedy:
    'Publish another major, or change the refs of the objects that the message names. Refs in other namespaces are only a warning: the controller holds their deployments with the reason RevisionChanged until the refs are edited.',
  kinds: revisionedKinds,
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request: { object, name, namespace: own }, shadowedPins = [] }) {
    const given = object?.spec?.['version'];
    const version = typeof given === 'string' ? given : '';
    const number = version.split('.')[0] ?? '';
    const effect = `with version ${version}, ${name}@v${number} would mean that version instead of revision ${number}, which is pinned by`;
    const path = 'spec.version';
    const [others, near] = [
      shadowedPins.filter((pin) => isHeld(pin, own)),
      shadowedPins.filter((pin) => !isHeld(pin, own)),
    ];
    return [
      ...(near.length === 0
        ? []
        : [{ path, message: `${effect} ${referrersByKind(near)}; publish another major, or change these refs first` }]),
      ...(others.length === 0
        ? []
        : [
            {
              path,
              message: `${effect} ${referrersByKind(others)} in another namespace; what is applied there stays, and changes only when these refs are edited`,
              severity: 'warn' as const,
            },
          ]),
    ];
  },
};

/**
 * Whether a pin of another namespace keeps its meaning: the controller holds the deployment, or the Environment and its deployments, so
 * that nobody can block a publication of somebody else.
 */
function isHeld({ namespace }: Referrer, own: string): boolean {
  return namespace !== own;
}
