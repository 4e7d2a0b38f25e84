import { isJsonObject, type JsonObject, type ObjectMeta } from '../../api/object.ts';
import { revisionAnnotation, revisionHashAnnotation } from '../annotations.ts';
import { canonicalJson, type Hash } from '../json/canonical-json.ts';
import { isBookkeepingAnnotation, isBookkeepingLabel } from './bookkeeping.ts';

/** The part of an object whose change makes a new revision: spec, and labels and annotations except bookkeeping ones. */
export interface Content {
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: JsonObject;
}

/** The number of a revision and the hash of its content. Annotations of the object record both. */
export interface Stamp {
  revision: number;
  hash: string;
}

/** The fields of a revisioned object that stamping reads. */
export interface Stamped {
  metadata: ObjectMeta;
  spec?: JsonObject;
  status?: { revision?: number };
}

/** The content of an object. Empty maps are left out, so that `labels: {}` and absent labels are equal. */
export function contentOf(object: Stamped): Content {
  // No API server validates files, so both may be of any type.
  const labels = withoutKeys(object.metadata.labels, isBookkeepingLabel);
  const annotations = withoutKeys(object.metadata.annotations, isBookkeepingAnnotation);
  return {
    metadata: {
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: object.spec ?? {},
  };
}

/** Whether an object is being deleted. Admission does not check its content any more, so only its recorded revisions count. */
export function isTerminating({ metadata }: Pick<Stamped, 'metadata'>): boolean {
  return typeof metadata.deletionTimestamp === 'string';
}

function withoutKeys(map: unknown, isLeftOut: (key: string) => boolean): Record<string, string> {
  if (!isJsonObject(map)) return {};
  return Object.fromEntries(Object.entries(map).filter(([key]) => !isLeftOut(key))) as Record<string, string>;
}

/**
 * The format of the hashes that this version writes. It names what is hashed (`contentOf`, with the keys of `bookkeeping.ts`) and
 * how (canonical JSON, SHA-256). A version that changes any of these writes another format, and continues to read this one.
 */
export const hashFormat = 'h1';

/** The hash of the content of an object, with its format: `h1:` and 64 hexadecimal digits. */
export function contentHash(object: Stamped, hash: Hash): string {
  const { memory } = hash;
  return memory === undefined ? hashOf(object, hash) : memory.remember(object, () => hashOf(object, hash));
}

/** The hash of the canonical JSON of the content. Of its two fields, `metadata` comes first. */
function hashOf(object: Stamped, hash: Hash): string {
  const { metadata, spec } = contentOf(object);
  const print = hash.memory?.print ?? canonicalJson;
  return `${hashFormat}:${hash(`{"metadata":${canonicalJson(metadata)},"spec":${print(spec)}}`)}`;
}

/**
 * The format of the hash in the stamp of an object, for example `h2`, if this version does not know it. A newer version of mooring
 * wrote the stamp, so the object must be left alone until the upgrade is complete.
 */
export function unknownHashFormat({ annotations }: ObjectMeta): string | undefined {
  const hash: unknown = annotations?.[revisionHashAnnotation];
  if (typeof hash !== 'string') return undefined;
  const [, format] = /^(h[1-9][0-9]{0,3}):/.exec(hash) ?? [];
  return format === hashFormat ? undefined : format;
}

/** The stamp in the annotations of an object; `undefined` if it is missing or malformed. */
export function readStamp(metadata: ObjectMeta): Stamp | undefined {
  // In files, the values may be of any type.
  const number: unknown = metadata.annotations?.[revisionAnnotation];
  const hash: unknown = metadata.annotations?.[revisionHashAnnotation];
  if (typeof number !== 'string' || typeof hash !== 'string' || !/^[1-9][0-9]{0,8}$/.test(number)) return undefined;
  return { revision: Number(number), hash };
}

/** The highest number that a new object may start with, so that enough numbers are left for its edits. */
export const highestFirstRevision = 1_000_000;

/**
 * The stamp that a request must set on the object. A new object has number 1. If it is created with a stamp, as from a backup, it
 * has the number of that stamp if the hash is that of its content, else the next number, because another content had the number
 * of the stamp. On update it is the old number, plus one if the hash of the
 * content differs from the *stamped* hash. If the old object has no stamp, or one below its recorded revision (both
 * happen while the webhook is not running), the number continues from the recorded revision. A stamp whose format is not known
 * stays as long as the content stays; a change of the content is refused then.
 */
export function nextStamp(object: Stamped, oldObject: Stamped | undefined, hash: Hash): Stamp {
  const current = contentHash(object, hash);
  if (oldObject === undefined) return { revision: firstRevision(object, current), hash: current };
  const old = readStamp(oldObject.metadata);
  const recorded = recordedRevision(oldObject);
  if (old === undefined || old.revision < recorded) return { revision: recorded + 1, hash: current };
  if (unknownHashFormat(oldObject.metadata) !== undefined && contentHash(oldObject, hash) === current) return old;
  return { revision: old.hash === current ? old.revision : old.revision + 1, hash: current };
}

/** The number of a new object. A stamp fits again when admission is invoked a second time. */
function firstRevision({ metadata }: Stamped, current: string): number {
  const given = readStamp(metadata);
  if (given === undefined) return 1;
  return given.hash === current ? given.revision : given.revision + 1;
}

/** The newest recorded revision of an object; 0 if none is recorded, or the status of a file is malformed. */
function recordedRevision({ status }: Stamped): number {
  const revision: unknown = status?.revision;
  return Number.isSafeInteger(revision) ? Number(revision) : 0;
}

/** The stamp of an object, if its hash is that of the content and its number is not below the recorded revision. */
export function fittingStamp(object: Stamped, hash: Hash): Stamp | undefined {
  const stamp = readStamp(object.metadata);
  const fits = stamp?.hash === contentHash(object, hash) && stamp.revision >= recordedRevision(object);
  return fits ? stamp : undefined;
}

/** Whether the current content of an object is recorded: its stamp is valid and has the number of the recorded revision. */
export function isRecorded(object: Stamped, hash: Hash): boolean {
  const stamp = fittingStamp(object, hash);
  return stamp !== undefined && stamp.revision === recordedRevision(object);
}

/** The name of the DefinitionRevision that records revision `revision` of an object. */
export function revisionName(kind: string, name: string, revision: number): string {
  return `${kind}.${name}.v${revision}`.toLowerCase();
}
