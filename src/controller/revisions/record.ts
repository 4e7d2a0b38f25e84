import type { DefinitionRevision } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { isRevisionOf, ownerUid } from '../../catalog/revision-records.ts';
import type { Client } from '../../kube/client/client.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import { isAlreadyExists, isNamespaceTerminating } from '../../kube/client/errors.ts';

/**
 * Records the current content of an object. If the object already has a revision with this number, that revision stays. A
 * revision of an earlier object with the same name is deleted (by its uid) and replaced.
 */
export async function record(
  client: Client,
  revision: DefinitionRevision,
): Promise<'created' | 'present' | 'conflict' | 'namespaceTerminating'> {
  const { namespace, name } = revision.metadata;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await client.create(definitionRevisions, revision);
      return 'created';
    } catch (error) {
      // The owner will be deleted with its namespace, and its revisions too.
      if (isNamespaceTerminating(error)) return 'namespaceTerminating';
      if (!isAlreadyExists(error)) throw error;
    }
    const present = await client.get<DefinitionRevision>(definitionRevisions, { namespace, name });
    if (isRevisionOf(present.metadata, ownerUid(revision.metadata))) {
      return sameJson(present.spec.object, revision.spec.object) ? 'present' : 'conflict';
    }
    await client.delete(definitionRevisions, { namespace, name }, { uid: present.metadata.uid });
  }
  throw new Error(`DefinitionRevision ${namespace ?? ''}/${name} of an earlier object of this name is not removed`);
}
