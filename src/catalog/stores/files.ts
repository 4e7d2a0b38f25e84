import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import { revisionAnnotation, revisionHashAnnotation } from '../../domain/annotations.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import type { KnownRevision } from '../../domain/refs/resolution.ts';
import type { DefinitionStore } from '../store.ts';
import { contentHash, readStamp } from '../../domain/revisions/revision.ts';
import { annotatedFields, ownerUid } from '../revision-records.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/**
 * The definitions in manifests. An object without a stamp counts as its first revision, as if it was just created. A
 * DefinitionRevision belongs to the object with the uid of its owner; without an owner, to the object with the recorded name.
 */
export function fileStore(objects: readonly KubeObject[], hash: Hash): DefinitionStore {
  const definitions = new Map<string, Definition>();
  for (const object of objects) {
    if (!revisionedKindNames.some((kind) => kind === object.kind)) continue;
    definitions.set(`${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`, stamped(object, hash));
  }
  const recorded = objects.filter((object) => object.kind === definitionRevisions.kind).map(readRecorded);
  const revisionsOf = (kind: RevisionedKindName, { metadata }: Definition) =>
    recorded.filter(
      (item) =>
        item?.kind === kind &&
        item.name === metadata.name &&
        item.namespace === metadata.namespace &&
        (item.owner === undefined || item.owner === metadata.uid),
    );
  return {
    get: (kind, namespace, name) => Promise.resolve(definitions.get(`${kind}/${namespace}/${name}`)),
    names: (kind, namespace) =>
      Promise.resolve(
        [...definitions.values()]
          .filter((object) => object.kind === kind && object.metadata.namespace === namespace)
          .map((object) => object.metadata.name)
          .toSorted(),
      ),
    revisions: (kind, definition) =>
      Promise.resolve(revisionsOf(kind, definition).filter((item) => item !== undefined)),
    revision: (kind, definition, revision) =>
      Promise.resolve(revisionsOf(kind, definition).find((item) => item?.revision === revision)),
    recorded: (kind, definition, revision) =>
      Promise.resolve(revisionsOf(kind, definition).find((item) => item?.revision === revision)?.spec),
    recordedHash: (kind, definition, revision) =>
      Promise.resolve(revisionsOf(kind, definition).find((item) => item?.revision === revision)?.hash),
  };
}

function stamped(object: KubeObject & { spec?: JsonObject }, hash: Hash): Definition {
  if (readStamp(object.metadata) !== undefined) return object;
  const annotations = {
    ...object.metadata.annotations,
    [revisionAnnotation]: '1',
    [revisionHashAnnotation]: contentHash(object, hash),
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

interface Recorded extends KnownRevision {
  kind: string;
  namespace: string | undefined;
  name: string;
  owner: string | undefined;
  spec?: JsonObject;
}

function readRecorded({ metadata, ...rest }: KubeObject & { spec?: JsonObject }): Recorded | undefined {
  const { kind, name, revision, version, hash, object } = rest.spec ?? {};
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof revision !== 'number') return undefined;
  const spec = isJsonObject(object) ? object['spec'] : undefined;
  return {
    kind,
    namespace: metadata.namespace,
    name,
    owner: ownerUid(metadata),
    revision,
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof hash === 'string' ? { hash } : {}),
    ...annotatedFields(metadata),
    ...(isJsonObject(spec) ? { spec } : {}),
  };
}
