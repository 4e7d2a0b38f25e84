import type { Rule } from '../rule.ts';

/** Somebody else than the controller (or, to delete, the garbage collector) makes, changes or deletes a revision. */
export const revisionIsImmutable: Rule = {
  code: 'RevisionIsImmutable',
  summary: 'Only the mooring controller makes revisions, and nobody changes one.',
  remedy: 'Edit the object that it records; that makes a new revision.',
  kinds: ['DefinitionRevision'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: false,
  fixed: true,
  find({ request: { username, operation, name }, revisionWriters }) {
    if (revisionWriters.includes(username)) return [];
    const what = { CREATE: 'made', UPDATE: 'changed', DELETE: 'deleted' }[operation];
    return [
      {
        path: '',
        message: `DefinitionRevision ${name} can be ${what} by the mooring controller only; edit the object that it records`,
      },
    ];
  },
};
