import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { sameJson } from '../../json/canonical-json.ts';
import type { Rule } from '../rule.ts';

/**
 * A user other than the controller (or, for deletions, the garbage collector) creates, changes or deletes a revision. With the verb
 * `restore`, a user may create one, as from a backup.
 */
export const revisionIsImmutable: Rule = {
  code: 'RevisionIsImmutable',
  summary:
    'A user creates, changes or deletes a revision. Only the mooring controller may do that, and those who restore a backup.',
  remedy:
    'Edit the object that the revision records. The edit creates a new revision. To restore a backup, use `mooring import`; it needs the verb `restore` on `definitionrevisions`.',
  kinds: ['DefinitionRevision'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find({ request, revisionWriters, mayRestore = false }) {
    const { username, operation, name, namespace, object, oldObject } = request;
    if (revisionWriters.includes(username)) return [];
    // Velero writes the managed fields of the backup after it has created an object.
    if (operation === 'UPDATE' && sameJson(withoutManagedFields(object), withoutManagedFields(oldObject))) return [];
    if (operation === 'CREATE') {
      if (mayRestore) return [];
      const message = `${username} may not restore definitionrevisions in namespace ${namespace}; only the mooring controller can create DefinitionRevision ${name}, and who restores a backup needs the verb restore`;
      return [{ path: '', message }];
    }
    const action = operation === 'UPDATE' ? 'change' : 'delete';
    return [
      {
        path: '',
        message: `only the mooring controller can ${action} DefinitionRevision ${name}; edit the object that it records`,
      },
    ];
  },
};

/** The object without what an update that changes nothing may change. */
function withoutManagedFields(object: UncheckedObject | undefined): object {
  if (object === undefined) return {};
  const { managedFields: _managers, resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}
