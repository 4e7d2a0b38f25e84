import type { DefinitionRevision, RevisionedKindName } from '../api/definition-revision.ts';
import { definitionRevisions } from '../api/kinds.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import { contentHash, contentOf, isTerminating, readStamp, type Content } from '../domain/revisions/revision.ts';
import type { Client } from '../kube/client/client.ts';
import { isRevisionOf, revisionSelector } from './revision-records.ts';
import { recordedRevision } from './stores/live.ts';
import type { Definition } from '../domain/revisions/definition.ts';

/**
 * The content of an object; `undefined` if its stamp does not match, because it was edited while the webhook was down, and if
 * it is terminating, because admission does not check its content any more.
 */
export function newestContent(definition: Definition, hash: Hash): Content | undefined {
  if (isTerminating(definition)) return undefined;
  return readStamp(definition.metadata)?.hash === contentHash(definition, hash) ? contentOf(definition) : undefined;
}

/** The content of an object at a revision: that of the live object if the revision is its newest, else the recorded one. */
export async function contentAt(
  client: Client,
  kind: RevisionedKindName,
  definition: Definition,
  revision: number,
  hash: Hash,
): Promise<Content | undefined> {
  const newest = newestContent(definition, hash);
  if (newest !== undefined && readStamp(definition.metadata)?.revision === revision) return newest;
  const found = await recordedRevision(client, kind, definition, revision);
  return found === undefined ? undefined : recordedContent(found);
}

/** The DefinitionRevisions of this object, with their content, newest first. Those with another owner uid are left out. */
export async function recordedRevisions(
  client: Client,
  kind: RevisionedKindName,
  { metadata: { namespace, name, uid } }: Definition,
): Promise<DefinitionRevision[]> {
  const labelSelector = revisionSelector(kind, name);
  const { items } = await client.list<DefinitionRevision>(definitionRevisions, { namespace, labelSelector });
  return items
    .filter((item) => isRevisionOf(item.metadata, uid))
    .toSorted((left, right) => right.spec.revision - left.spec.revision);
}

/** The content that a DefinitionRevision records. */
export function recordedContent({ spec: { object } }: DefinitionRevision): Content {
  return contentOf({ metadata: { name: '', ...object.metadata }, spec: object.spec });
}
