import type { Rule } from '../rule.ts';

/** A user other than the controller (or, for deletions, the garbage collector) creates, changes or deletes a revision. */
export const revisionIsImmutable: Rule = {
  code: 'RevisionIsImmutable',
  summary: 'A user creates, changes or deletes a revision. Only the mooring controller may do that.',
  remedy: 'Edit the object that the revision records. The edit creates a new revision.',
  kinds: ['DefinitionRevision'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find({ request: { username, operation, name }, revisionWriters }) {
    if (revisionWriters.includes(username)) return [];
    const action = { CREATE: 'create', UPDATE: 'change', DELETE: 'delete' }[operation];
    return [
      {
        path: '',
        message: `only the mooring controller can ${action} DefinitionRevision ${name}; edit the object that it records`,
      },
    ];
  },
};
