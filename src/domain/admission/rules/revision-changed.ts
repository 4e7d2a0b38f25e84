import { changedMeaning } from '../../refs/changed-meaning.ts';
import { readReferenceStamp } from '../../refs/reference-stamp.ts';
import { referenceFields } from '../../refs/reference-fields.ts';
import { resolve } from '../../refs/resolution.ts';
import type { Rule } from '../rule.ts';

/** A deployment is restored from a backup, and a pinned ref means other content now than the stamp in the backup says. */
export const revisionChanged: Rule = {
  code: 'RevisionChanged',
  summary:
    'A deployment is created with the stamp of a pinned ref, as from a backup, and the ref means other content now. The controller applies nothing until the ref is edited.',
  remedy:
    'Restore the history of the object with `mooring import`, or set the ref to a revision with the content that you want.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Invalid',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find: (facts) =>
    referenceFields.flatMap((reference) => {
      const found = facts[reference.fact];
      if (found?.history === undefined) return [];
      const resolution = resolve(found.ref.selector, found.history);
      if (resolution.state !== 'resolved') return [];
      const stamp = readReferenceStamp(facts.request.object?.metadata.annotations?.[reference.stamp]);
      const changed = changedMeaning(reference, found.ref, stamp, { ...resolution, namespace: found.namespace });
      const message = `${changed ?? ''}; until then nothing is applied`;
      return changed === undefined ? [] : [{ path: `spec.${reference.field}.name`, message }];
    }),
};
