import type { RevisionedKindName } from '../../api/definition-revision.ts';
import type { KnownRevision } from '../../domain/refs/resolution.ts';
import type { Definition } from '../../domain/revisions/definition.ts';
import { revisionIndexes, type RecordedRevision } from '../../catalog/stores/cached.ts';
import { knownRevision, isRevisionOf } from '../../catalog/revision-records.ts';
import type { ControllerCaches } from '../caches.ts';

/** A DefinitionRevision of a definition, with its number and version. */
export interface OwnRevision {
  object: RecordedRevision;
  known: KnownRevision;
}

/** The key of a definition in the work queue: `Kind/namespace/name`. */
export function definitionKey(kind: RevisionedKindName, { metadata }: Pick<Definition, 'metadata'>): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The DefinitionRevisions that a definition owns, including those that are terminating or have invalid labels. */
export function allOwnRevisions(
  kind: RevisionedKindName,
  definition: Definition,
  caches: ControllerCaches,
): RecordedRevision[] {
  return caches.definitions.revisions
    .byIndex(revisionIndexes.recorded, definitionKey(kind, definition))
    .filter(({ metadata }) => isRevisionOf(metadata, definition.metadata.uid));
}

/** The revisions of a definition that refs can resolve to. */
export function ownRevisions(
  kind: RevisionedKindName,
  definition: Definition,
  caches: ControllerCaches,
): OwnRevision[] {
  return allOwnRevisions(kind, definition, caches).flatMap((object) => {
    const known = knownRevision(object);
    return known === undefined ? [] : [{ object, known }];
  });
}
