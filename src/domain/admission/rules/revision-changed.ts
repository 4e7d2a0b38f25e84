import { changedMeaning } from '../../refs/changed-meaning.ts';
import { readReferenceStamp } from '../../refs/reference-stamp.ts';
import { referenceFields } from '../../refs/reference-fields.ts';
import { resolve } from '../../refs/resolution.ts';
import type { Facts } from '../facts.ts';
import type { Finding, Rule } from '../rule.ts';

/** An object is restored from a backup, or an Environment is edited, and a pinned ref means other content now than its stamp says. */
export const revisionChanged: Rule = {
  code: 'RevisionChanged',
  summary:
    'An object has the stamp of a pinned ref, as from a backup, and the ref means other content now. The controller applies nothing until the ref is edited.',
  remedy:
    'Restore the history of the object with `mooring import`, or set the ref to a revision with the content that you want.',
  kinds: ['WorkloadDeployment', 'Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Invalid',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find(facts) {
    const found = facts.request.kind === 'Environment' ? changedTopology(facts) : changedReferences(facts);
    return found.map(({ path, message }) => ({
      path,
      message: `nothing is applied until the ref is edited: ${message}`,
    }));
  },
};

/** The topology was looked up because the request sets or changes `spec.topology`. */
function changedTopology({ topology }: Facts): Finding[] {
  return topology?.state === 'changed' ? [{ path: 'spec.topology.type', message: topology.message }] : [];
}

/** Only a new deployment is reported: the status of another one says so already. */
function changedReferences(facts: Facts): Finding[] {
  const { object, operation } = facts.request;
  if (operation !== 'CREATE') return [];
  return referenceFields.flatMap(({ field, kind, fact, stamp: annotation }) => {
    const found = facts[fact];
    if (found?.history === undefined) return [];
    const resolution = resolve(found.ref.selector, found.history);
    if (resolution.state !== 'resolved') return [];
    const path = `spec.${field}.name`;
    const stamp = readReferenceStamp(object?.metadata.annotations?.[annotation]);
    const now = { ...resolution, namespace: found.namespace };
    const message = changedMeaning({ path, kind }, found.ref, stamp, now);
    return message === undefined ? [] : [{ path, message }];
  });
}
