import { kindNamed } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { exceededBounds } from '../../api/validate.ts';
import { lastAppliedAnnotation } from '../annotations.ts';
import { sameJson } from '../json/canonical-json.ts';
import { isDeeperThan, maxLevels } from '../json/nesting.ts';
import { contentOf } from '../revisions/revision.ts';
import { sameSpec } from '../spoke/admission-defaults.ts';
import { isBeingDeleted } from './being-deleted.ts';
import type { RequestFacts } from './facts.ts';
import { hubKinds, revisionedKinds, type Finding } from './rule.ts';

/** Bytes of JSON that one object may have; etcd accepts 1.5 MiB including everything that Kubernetes adds. */
const maxObjectBytes = 1024 * 1024;

/** Values that a spec may have, at any depth. Parsed values need some 20 times as much memory as their JSON. */
const maxSpecValues = 20_000;

/** The longest text of a value in proportion to the text that it was parsed from: `-1e20` is printed with 22 characters. */
const longestPrint = 6;

/** The least bytes of a value and its separator in JSON. */
const leastBytes = 2;

/** What the schema of a DefinitionRevision allows for the labels, and for the annotations, of the object that it records. */
const maxRecordedEntries = 1024;

/**
 * Why the object of a request is too large to be checked any further. Rules and gatherers loop over the object, so this runs
 * first, and nothing else is reported. An object that was stored while the webhook was not running may be too large: it can
 * be deleted, its bookkeeping can change, and it can become smaller. `bytes` is the size of the JSON that contained the object, from
 * which follows that most objects are within bounds.
 */
export function boundsFindings(
  { kind, object, oldObject }: Pick<RequestFacts, 'kind' | 'object' | 'oldObject'>,
  bytes = Infinity,
): Finding[] {
  if (object === undefined) return [];
  if (isTooDeep(object)) return [tooDeep];
  // Content that is recorded by the controller is larger than what users may write.
  if (!hubKinds.includes(kind)) return [];
  const findings = exceeded(kind, object, bytes);
  if (findings.length === 0 || isBeingDeleted(oldObject === undefined ? {} : { oldObject })) return [];
  return oldObject !== undefined && keepsContent(kind, object, oldObject) ? [] : findings;
}

/** The first bound that a stored object exceeds, so that no revision of it should be recorded. */
export function exceededBound(kind: string, object: UncheckedObject): Finding | undefined {
  return isTooDeep(object) ? tooDeep : exceeded(kind, object, Infinity)[0];
}

const tooDeep: Finding = { path: '', message: `the object is nested deeper than ${maxLevels} levels` };

function isTooDeep(object: UncheckedObject): boolean {
  return isDeeperThan(object as JsonObject & UncheckedObject, maxLevels);
}

/** The finding about an object of this size in JSON. */
export function tooLarge(bytes: number): Finding {
  const message = `the object has ${Math.ceil(bytes / 1024)} KiB; at most ${maxObjectBytes / 1024} KiB can be recorded as a revision`;
  return { path: '', message };
}

/** The first bound that the object exceeds. Each check is cheap if those before it found nothing. */
function exceeded(kind: string, object: UncheckedObject, receivedBytes: number): Finding[] {
  if (receivedBytes > maxSpecValues * leastBytes && !hasAtMost(object.spec ?? null, { values: maxSpecValues })) {
    return [{ path: 'spec', message: `has more than ${maxSpecValues} values; at most ${maxSpecValues} are allowed` }];
  }
  const metadata = revisionedKinds.includes(kind) ? metadataFindings(object) : [];
  if (metadata.length > 0) return metadata;
  const bytes = receivedBytes * longestPrint <= maxObjectBytes ? 0 : recordedBytes(object);
  if (bytes > maxObjectBytes) return [tooLarge(bytes)];
  const described = kindNamed(kind);
  return described === undefined ? [] : exceededBounds(described, object as JsonObject & UncheckedObject);
}

/** Whether a value and the values in it are at most `left.values`, which is decreased. It stops at the first value too many. */
function hasAtMost(value: JsonValue, left: { values: number }): boolean {
  left.values -= 1;
  if (left.values < 0) return false;
  if (Array.isArray(value)) return value.every((item) => hasAtMost(item, left));
  if (!isJsonObject(value)) return true;
  for (const key in value) if (!hasAtMost(value[key] ?? null, left)) return false;
  return true;
}

function metadataFindings(object: UncheckedObject): Finding[] {
  // No API server validates files, so both may be of any type.
  const { labels, annotations }: { labels?: unknown; annotations?: unknown } = object.metadata;
  const entries = [labels, annotations].map((map) => (isJsonObject(map) ? Object.keys(map).length : 0));
  if (entries.every((length) => length <= maxRecordedEntries)) return [];
  return Object.entries(contentOf(object).metadata).flatMap(([field, map]) => {
    const { length } = Object.keys(map);
    if (length <= maxRecordedEntries) return [];
    const message = `has ${length} entries; at most ${maxRecordedEntries} can be recorded as a revision`;
    return [{ path: `metadata.${field}`, message }];
  });
}

function recordedBytes({ metadata, ...rest }: UncheckedObject): number {
  // The annotation of client-side apply is not part of a revision, and the API server limits its size.
  const { [lastAppliedAnnotation]: _, ...annotations } = metadata.annotations ?? {};
  const json = JSON.stringify({ ...rest, metadata: { ...metadata, annotations } });
  // UTF-8 needs at most three bytes per code unit, so that most objects need not be encoded.
  return json.length * 3 <= maxObjectBytes ? json.length : new TextEncoder().encode(json).length;
}

/** Whether an update makes no revision. */
function keepsContent(kind: string, object: UncheckedObject, oldObject: UncheckedObject): boolean {
  if (!sameSpec(kind, object, oldObject)) return false;
  if (!revisionedKinds.includes(kind)) return true;
  return sameJson({ ...contentOf(object).metadata }, { ...contentOf(oldObject).metadata });
}
