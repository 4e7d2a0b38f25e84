import { isJsonObject, type JsonObject, type ObjectMeta } from '../../api/object.ts';
import { isBookkeeping, revisionAnnotation, revisionHashAnnotation } from '../annotations.ts';
import { canonicalJson, type Hash } from '../json/canonical-json.ts';

/** What counts as an edit when it changes: spec, labels, and annotations without bookkeeping. */
export interface Content {
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: JsonObject;
}

/** The number of a revision and the hash of the content that it has. */
export interface Stamp {
  revision: number;
  hash: string;
}

/** An object whose history is kept, as far as stamping reads it. */
export interface Stamped {
  metadata: ObjectMeta;
  spec?: JsonObject;
  status?: { revision?: number };
}

/** The content of an object; empty maps are left out, so that `labels: {}` and no labels are the same. */
export function contentOf(object: Stamped): Content {
  // Before validation, another webhook may have left anything where the API server stores only maps of strings.
  const { labels: anyLabels, annotations: anyAnnotations } = object.metadata;
  const labels = isJsonObject(anyLabels) ? anyLabels : {};
  const annotations = isJsonObject(anyAnnotations) ? anyAnnotations : {};
  const kept = Object.fromEntries(Object.entries(annotations).filter(([key]) => !isBookkeeping(key)));
  return {
    metadata: {
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(kept).length === 0 ? {} : { annotations: kept }),
    },
    spec: object.spec ?? {},
  };
}

/** The hash of the content of an object. */
export function contentHash(object: Stamped, hash: Hash): string {
  const { metadata, spec } = contentOf(object);
  return hash(canonicalJson({ metadata: { ...metadata }, spec }));
}

/** The stamp that an object carries; `undefined` where there is none or it is no stamp. */
export function readStamp(metadata: ObjectMeta): Stamp | undefined {
  // Not validated yet: see `contentOf`.
  const number: unknown = metadata.annotations?.[revisionAnnotation];
  const hash: unknown = metadata.annotations?.[revisionHashAnnotation];
  if (typeof number !== 'string' || typeof hash !== 'string' || !/^[1-9][0-9]{0,8}$/.test(number)) return undefined;
  return { revision: Number(number), hash };
}

/**
 * The stamp that a request must leave on the object: 1 on create; on update the old number, plus one if the content
 * differs from the old *stamped hash*. An old object without a stamp, or with one that is behind what is recorded of it
 * (both happen while the webhook is away), counts on from what is recorded.
 */
export function nextStamp(object: Stamped, oldObject: Stamped | undefined, hash: Hash): Stamp {
  const now = contentHash(object, hash);
  if (oldObject === undefined) return { revision: 1, hash: now };
  const old = readStamp(oldObject.metadata);
  const recorded = recordedRevision(oldObject);
  if (old === undefined || old.revision < recorded) return { revision: recorded + 1, hash: now };
  return { revision: old.hash === now ? old.revision : old.revision + 1, hash: now };
}

/** The newest revision of an object that is recorded; 0 for none. */
function recordedRevision({ status }: Stamped): number {
  const revision: unknown = status?.revision;
  return Number.isSafeInteger(revision) ? Number(revision) : 0;
}

/** The stamp of an object, if it is that of its content and not behind what is recorded. */
export function fittingStamp(object: Stamped, hash: Hash): Stamp | undefined {
  const stamp = readStamp(object.metadata);
  const fits = stamp?.hash === contentHash(object, hash) && stamp.revision >= recordedRevision(object);
  return fits ? stamp : undefined;
}

/** Whether what the object holds now is recorded: its stamp is the newest recorded one and fits its content. */
export function isRecorded(object: Stamped, hash: Hash): boolean {
  const stamp = fittingStamp(object, hash);
  return stamp !== undefined && stamp.revision === recordedRevision(object);
}

/** The name of the DefinitionRevision that records revision `revision` of an object. */
export function revisionName(kind: string, name: string, revision: number): string {
  return `${kind}.${name}.v${revision}`.toLowerCase();
}
