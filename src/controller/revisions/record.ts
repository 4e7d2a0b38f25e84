import type { DefinitionRevision } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { ownerUid } from '../../catalog/revision-records.ts';
import type { Client } from '../../kube/client/client.ts';
import { isAlreadyExists, isNamespaceTerminating } from '../../kube/client/errors.ts';

/**
 * Records what an object holds now. A revision of that number that belongs to it already is left as it is; a leftover
 * of a namesake is deleted (by its uid, so never anything else) and the number taken.
 */
export async function record(
  client: Client,
  revision: DefinitionRevision,
): Promise<'made' | 'present' | 'clash' | 'not wanted'> {
  const { namespace, name } = revision.metadata;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await client.create(definitionRevisions, revision);
      return 'made';
    } catch (error) {
      // Its owner is about to go, and the record with it.
      if (isNamespaceTerminating(error)) return 'not wanted';
      if (!isAlreadyExists(error)) throw error;
    }
    const present = await client.get<DefinitionRevision>(definitionRevisions, { namespace, name });
    if (ownerUid(present.metadata) === ownerUid(revision.metadata)) {
      return present.spec.hash === revision.spec.hash ? 'present' : 'clash';
    }
    await client.delete(definitionRevisions, { namespace, name }, { uid: present.metadata.uid });
  }
  throw new Error(`a leftover DefinitionRevision ${namespace ?? ''}/${name} of a deleted namesake does not go away`);
}
