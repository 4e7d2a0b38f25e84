import { LRUCache } from 'lru-cache';
import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import type { DefinitionStore } from '../store.ts';
import type { Client } from '../../kube/client/client.ts';
import { Informer } from '../../kube/cache/informer.ts';
import type { Log } from '../../log.ts';
import { revisionHashAnnotation } from '../../domain/annotations.ts';
import { recordedRevision, revisionedResources } from './live.ts';
import { reduced } from './reduced.ts';
import { compactJson } from '../../domain/json/compact-json.ts';
import { heapBytes } from '../../domain/json/heap-size.ts';
import { revisionName } from '../../domain/revisions/revision.ts';
import { topologyOf } from '../../domain/json/fields.ts';
import { knownRevision, isRevisionOf, recordedKey, recordedTopology, topologyNameIn } from '../revision-records.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** Informers on all definitions and on their DefinitionRevisions. Of a DefinitionRevision, the content is not stored. */
export type DefinitionCaches = Record<RevisionedKindName, Informer<Definition>> & {
  revisions: Informer<RecordedRevision>;
};

/** A DefinitionRevision without its content. */
export interface RecordedRevision extends KubeObject {
  /** Present only in caches that were created with the option `with: 'status'`. */
  status?: { users?: number };
  /** Of a revision without the hash in its metadata, in such caches: the hash in its spec. */
  hash?: string;
}

/** Indexes of the caches of definitions: by namespace, and of Environments by the name of their topology. */
export const definitionIndexes = { namespace: 'namespace', topology: 'topology' } as const;

/** Indexes of DefinitionRevisions: by `kind/namespace/name` of the object that they record, and by the name of its topology. */
export const revisionIndexes = { recorded: 'recorded', topology: 'topology' } as const;

/**
 * Creates caches that are not running yet. They store the metadata of DefinitionRevisions, and their status with the option
 * `with: 'status'`. The API server then sends whole objects, because a metadata-only watch has no status, and their content
 * is dropped.
 */
export function definitionCaches(client: Client, log: Log, options: { with?: 'status' } = {}): DefinitionCaches {
  const informer = (kind: RevisionedKindName) =>
    new Informer<Definition>({
      client,
      resource: revisionedResources[kind],
      log,
      transform: reduced,
      indexes: {
        [definitionIndexes.namespace]: ({ metadata }) => [metadata.namespace ?? ''],
        // Only the specs of Environments are read: large ones would be parsed.
        ...(kind === 'Environment' ? { [definitionIndexes.topology]: topologyName } : {}),
      },
    });
  const byKind = Object.fromEntries(revisionedKindNames.map((kind) => [kind, informer(kind)]));
  return {
    ...(byKind as Record<RevisionedKindName, Informer<Definition>>),
    revisions: new Informer<RecordedRevision>({
      client,
      resource: definitionRevisions,
      log,
      metadataOnly: options.with !== 'status',
      transform: withoutContent,
      indexes: { [revisionIndexes.recorded]: recordedKey, [revisionIndexes.topology]: recordedTopology },
    }),
  };
}

/**
 * The maximum number of cached specs of recorded revisions, and about how many bytes of memory they may need. Of specs that need
 * much more memory than their text, only the text is cached.
 */
const cachedSpecs = { max: 256, maxSize: 32 * 1024 * 1024 };

/** A store that reads from caches. The content of a revision is read from the API server when it is first needed. */
export function cachedStore(caches: DefinitionCaches, client: Client): DefinitionStore {
  // Recorded content never changes, so it can be cached.
  const specs = new LRUCache<string, () => JsonObject>(cachedSpecs);
  return {
    get: (kind, namespace, name) => Promise.resolve(caches[kind].get(namespace, name)),
    names: (kind, namespace) =>
      Promise.resolve(
        caches[kind]
          .byIndex(definitionIndexes.namespace, namespace)
          .map(({ metadata }) => metadata.name)
          .toSorted(),
      ),
    revisions: (kind, { metadata: { namespace = '', name, uid } }) =>
      Promise.resolve(
        caches.revisions
          .byIndex(revisionIndexes.recorded, `${kind}/${namespace}/${name}`)
          .filter((item) => isRevisionOf(item.metadata, uid))
          .map(knownRevision)
          .filter((known) => known !== undefined),
      ),
    revision(kind, { metadata: { namespace, name, uid } }, revision) {
      const record = caches.revisions.get(namespace, revisionName(kind, name, revision));
      const isOwn = record !== undefined && isRevisionOf(record.metadata, uid);
      return Promise.resolve(isOwn ? knownRevision(record) : undefined);
    },
    async recorded(kind, definition, revision) {
      // After etcd was restored, the same number may be recorded again with other content, in an object with another uid.
      const { namespace, name } = definition.metadata;
      const record = caches.revisions.get(namespace, revisionName(kind, name, revision))?.metadata;
      const uid = record !== undefined && isRevisionOf(record, definition.metadata.uid) ? record.uid : undefined;
      const known = uid === undefined ? undefined : specs.get(uid);
      if (known !== undefined) return known();
      const found = await recordedRevision(client, kind, definition, revision);
      const spec = found?.spec.object.spec;
      if (!isJsonObject(spec)) return undefined;
      if (found?.metadata.uid !== undefined) {
        const read = compactJson(spec);
        const isKept = read() === spec;
        specs.set(found.metadata.uid, read, { size: isKept ? heapBytes(spec) : JSON.stringify(spec).length });
      }
      return spec;
    },
    recordedHash: async (kind, definition, revision) =>
      (await recordedRevision(client, kind, definition, revision))?.spec.hash,
  };
}

/** A DefinitionRevision without its content; only the hash stays, if the metadata does not contain it. */
function withoutContent({
  apiVersion,
  kind,
  metadata,
  status,
  spec,
}: RecordedRevision & { spec?: { hash?: unknown } }): RecordedRevision {
  const hash = metadata.annotations?.[revisionHashAnnotation] === undefined ? spec?.hash : undefined;
  return {
    apiVersion,
    kind,
    metadata,
    ...(status === undefined ? {} : { status }),
    ...(typeof hash === 'string' ? { hash } : {}),
  };
}

/** The name of the topology of an Environment, without its revision. */
export function topologyName({ spec }: Definition): string[] {
  return topologyNameIn(topologyOf({ spec })['type']);
}
