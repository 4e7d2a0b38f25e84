import { parseJson } from '../api/json-text.ts';
import { revisionedKindNames } from '../api/definition-revision.ts';
import { isJsonObject, type JsonObject } from '../api/object.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import { revisionAnnotation, revisionHashAnnotation } from '../domain/annotations.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import { revisionOf } from '../domain/revisions/record.ts';
import { contentHash, isTerminating, readStamp } from '../domain/revisions/revision.ts';
import { publishedVersions } from '../domain/revisions/revision-status.ts';
import type { ObjectStore } from './object-store.ts';

/** Records the content of an object: writes the stamp, the status and the DefinitionRevision, as the webhook and the controller do. */
export function recordRevision(object: UncheckedObject, store: ObjectStore, hash: Hash): void {
  const kind = revisionedKindNames.find((name) => name === object.kind);
  // Nothing is recorded of a terminating object.
  if (kind === undefined || isTerminating(object)) return;
  const stamp = { revision: revisionNumber(object), hash: contentHash(object, hash) };
  const annotations = {
    ...object.metadata.annotations,
    [revisionAnnotation]: String(stamp.revision),
    [revisionHashAnnotation]: stamp.hash,
  };
  const { revision } = stamp;
  const version = object.spec?.['version'];
  const published = { revision, ...(typeof version === 'string' ? { version } : {}) };
  const versions = publishedVersions([published], recordedVersions(object.status));
  const recorded: UncheckedObject = {
    ...object,
    metadata: { ...object.metadata, annotations },
    status: { ...object.status, revision, versions },
  };
  store.put(recorded);
  const { metadata, ...record } = revisionOf(kind, recorded, stamp);
  const { ownerReferences: _, ...ownerless } = metadata;
  // Objects in files may have no uid. The DefinitionRevision then belongs to the object with the recorded name.
  const owned = object.metadata.uid === undefined ? ownerless : metadata;
  store.put(parseJson(JSON.stringify({ ...record, metadata: owned })));
}

function revisionNumber({ metadata, status }: UncheckedObject): number {
  const recorded = status?.['revision'];
  return readStamp(metadata)?.revision ?? (typeof recorded === 'number' ? recorded : 1);
}

function recordedVersions(status: JsonObject | undefined): Record<string, string> {
  const versions = status?.['versions'];
  // `readObject` has dropped values that are not strings.
  return isJsonObject(versions) ? (versions as Record<string, string>) : {};
}
