import type { RevisionedKindName } from '../../src/api/definition-revision.ts';
import { definitionRevisions } from '../../src/api/kinds.ts';
import { apiVersionOf, type JsonObject, type KubeObject, type Resource } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { revisionOf } from '../../src/domain/revisions/record.ts';
import { revisionedResources } from '../../src/catalog/stores/live.ts';
import { revisionAnnotation, revisionHashAnnotation } from '../../src/domain/annotations.ts';
import { contentHash } from '../../src/domain/revisions/revision.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';

/** One state of an object. */
export interface Edit {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  spec?: JsonObject;
}

/** The object `team/primary` after some edits with the stamps of the webhook, and its DefinitionRevisions, one per minute. */
export function recordedEdits(
  kind: RevisionedKindName,
  edits: readonly Edit[],
  { namespace = 'team', name = 'primary' } = {},
): { definition: Definition; objects: [Resource, KubeObject][] } {
  const resource = revisionedResources[kind];
  const states = edits.map(({ labels, annotations, spec = {} }, index): Definition => {
    const metadata = { namespace, name, uid: `uid-${kind}-${namespace}-${name}`, ...(labels && { labels }) };
    const bare = {
      apiVersion: apiVersionOf(resource),
      kind,
      metadata: { ...metadata, annotations: { ...annotations } },
      spec,
    };
    const stamp = { [revisionAnnotation]: String(index + 1), [revisionHashAnnotation]: contentHash(bare, sha256) };
    return {
      ...bare,
      metadata: { ...bare.metadata, annotations: { ...annotations, ...stamp } },
      status: { revision: index + 1 },
    };
  });
  const definition = states.at(-1);
  if (definition === undefined) throw new Error('an object needs at least one state');
  const revisions = states.map((state, index): [Resource, KubeObject] => {
    const stamp = { revision: index + 1, hash: contentHash(state, sha256) };
    const revision = revisionOf(kind, state, stamp);
    const creationTimestamp = `2026-01-01T00:0${index}:00Z`;
    return [definitionRevisions, { ...revision, metadata: { ...revision.metadata, creationTimestamp } }];
  });
  return { definition, objects: [[resource, definition], ...revisions] };
}
