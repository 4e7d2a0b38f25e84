import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { isWithoutOwner } from '../../catalog/revision-records.ts';
import { restoredAnnotation } from '../../domain/annotations.ts';
import type { Definition } from '../../domain/revisions/definition.ts';
import { ownerOf } from '../../domain/revisions/record.ts';
import type { Client } from '../../kube/client/client.ts';
import type { Log } from '../../log.ts';
import type { ControllerCaches } from '../caches.ts';
import { allOwnRevisions } from './own-revisions.ts';

/**
 * Makes an object the owner of the DefinitionRevisions that were restored for it from a backup, which have no owner. They are
 * marked with the time, so that they are not pruned before the objects that use them are restored too.
 */
export async function adoptRestored(
  kind: RevisionedKindName,
  definition: Definition,
  { client, caches, now, log }: { client: Client; caches: ControllerCaches; now: () => number; log: Log },
): Promise<void> {
  for (const { metadata } of allOwnRevisions(kind, definition, caches)) {
    if (!isWithoutOwner(metadata) || metadata.deletionTimestamp !== undefined) continue;
    const { namespace, name, resourceVersion = null } = metadata;
    const annotations = { [restoredAnnotation]: new Date(now()).toISOString() };
    const ownerReferences = [{ ...ownerOf(kind, definition) }];
    await client.patch(
      definitionRevisions,
      { namespace, name },
      { metadata: { resourceVersion, annotations, ownerReferences } },
    );
    log.info({ kind, namespace, name: definition.metadata.name, revision: name }, 'adopted a restored revision');
  }
}
