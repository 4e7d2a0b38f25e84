import { formatPath, type FieldPath } from '../../api/field-path.ts';
import { kindNamed } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '../../api/object.ts';
import { readStamp } from '../../domain/revisions/revision.ts';
import type { Manifest } from './manifests.ts';

/** A manifest as it is stored after `kubectl apply`, and a warning for each value that is lost on the way, one line each. */
export interface AppliedManifest {
  manifest: Manifest;
  warnings: string[];
}

/** An object has at most so many warnings; the last one counts the others. */
const maxWarnings = 10;

/**
 * What is stored of a manifest. The API server rounds numbers, and `kubectl apply` drops fields that are null. An object that was read
 * from a hub, with a resourceVersion or a stamp, stays as it is.
 */
export function asApplied(manifest: Manifest): AppliedManifest {
  const { source, object, rounded = [] } = manifest;
  if (kindNamed(object.kind) === undefined || isFromHub(object)) return { manifest, warnings: [] };
  const nulls: FieldPath[] = [];
  const spec = object.spec === undefined ? undefined : withoutNulls(object.spec, ['spec'], nulls);
  const lines = [
    ...rounded.map(({ path, text }) => `${formatPath(path)}: ${text} is ${storedText(object, path)}`),
    // Outside of free-form fields, null means absent.
    ...nulls.filter((path) => path.includes('properties')).map((path) => `${formatPath(path)}: ${nullMessage(path)}`),
  ];
  const shown = lines.slice(0, maxWarnings);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more values`);
  return {
    manifest: { ...manifest, object: { ...object, ...(isJsonObject(spec) ? { spec } : {}) } },
    warnings: shown.map((line) => `${source}: ${object.kind} ${object.metadata.name}: ${line}`),
  };
}

function isFromHub({ kind, metadata }: KubeObject): boolean {
  return metadata.resourceVersion !== undefined || kind === 'DefinitionRevision' || readStamp(metadata) !== undefined;
}

function storedText(object: object, path: FieldPath): string {
  const stored = path.reduce<unknown>((within, key) => Reflect.get(Object(within), key), object);
  return `stored as ${String(stored)}; put it in quotes if all digits matter`;
}

function nullMessage(path: FieldPath): string {
  const dropped = 'kubectl apply drops a field that is null';
  return path[1] === 'policies' ? `${dropped}; name the field in "remove" to remove it` : dropped;
}

/** A copy without the fields that are null. Lists keep their nulls. */
function withoutNulls(value: JsonValue, path: FieldPath, nulls: FieldPath[]): JsonValue {
  if (Array.isArray(value)) return value.map((item, index) => withoutNulls(item, [...path, index], nulls));
  if (!isJsonObject(value)) return value;
  const kept: [string, JsonValue][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === null) nulls.push([...path, key]);
    else kept.push([key, withoutNulls(item, [...path, key], nulls)]);
  }
  const copy: JsonObject = Object.fromEntries(kept);
  return copy;
}
