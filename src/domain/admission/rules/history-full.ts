import { inMiB } from '../../revisions/content-size.ts';
import { historyLimits, storedFactor } from '../../revisions/history-limits.ts';
import { editedHash } from '../../revisions/content-edit.ts';
import type { HistoryFacts } from '../facts.ts';
import { revisionedKinds, type Finding, type Rule } from '../rule.ts';
import { joinNames, referrersByKind } from '../wording.ts';

/** An edit would make a history larger than its limit, and nothing that is not in use can be pruned for it. */
export const historyFull: Rule = {
  code: 'HistoryFull',
  summary:
    'The history of the object (16 MiB) or of the hub namespace (128 MiB) has no space for the edit, because the recorded revisions are in use.',
  remedy: 'Let the objects that the message names use a newer revision, or delete what is not needed any more.',
  kinds: revisionedKinds,
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: false,
  find({ history, request, hash }) {
    if (history === undefined) return [];
    const found = objectFinding(history) ?? namespaceFinding(history, request.namespace);
    // What was stored while the webhook was down is stamped without a change of the content. That is never refused.
    return found === undefined || editedHash(request, hash) === undefined ? [] : [found];
  },
};

function objectFinding({
  added,
  object: { stored, required = 0, revisions = [], holders = [] },
}: HistoryFacts): Finding | undefined {
  const limit = historyLimits.objectBytes;
  if (required > limit) {
    const numbers = joinNames(revisions.map(String));
    const by = holders.length === 0 ? '' : ` by ${referrersByKind(holders)}`;
    const message = `with this edit, ${inMiB(required)} of the history must be retained, and the limit is ${inMiB(limit)}: revisions ${numbers} are in use${by}; let these objects use a newer revision, or delete them`;
    return { path: '', message };
  }
  return stored + added > storedFactor * limit ? awaitsPruning('of this object', stored) : undefined;
}

function namespaceFinding(
  { added, namespace: { stored, kept, largest } }: HistoryFacts,
  name: string,
): Finding | undefined {
  const limit = historyLimits.namespaceBytes;
  if (kept + added > limit) {
    const named = largest
      .filter(({ visible }) => visible)
      .map(({ kind, name: object, bytes }) => `${kind} ${object} (${inMiB(bytes)})`);
    const list = named.length === 0 ? '' : `, most of it of ${named.join(', ')}`;
    const message = `the history of namespace ${name} has ${inMiB(kept)}, and the limit is ${inMiB(limit)}${list}; delete objects, or let deployments use newer revisions of them`;
    return { path: '', message };
  }
  return stored + added > storedFactor * limit ? awaitsPruning(`of namespace ${name}`, stored) : undefined;
}

function awaitsPruning(owner: string, stored: number): Finding {
  const message = `the history ${owner} has ${inMiB(stored)}, most of which is about to be pruned; try again in a minute`;
  return { path: '', message };
}
