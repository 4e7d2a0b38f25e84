import { pointerOfPath, type FieldPath } from '../../api/field-path.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { sameJson } from './canonical-json.ts';

/**
 * The smallest JSON Patch that turns `before` into `after`, except that a list that differs is replaced as a whole.
 * Empty if they are equal.
 */
export function jsonPatch(before: JsonObject, after: JsonObject): PatchOperation[] {
  const operations: PatchOperation[] = [];
  compare(before, after, [], operations);
  return operations;
}

function compare(before: JsonObject, after: JsonObject, path: FieldPath, operations: PatchOperation[]): void {
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) operations.push({ op: 'remove', path: pointerOfPath([...path, key]) });
  }
  for (const [key, value] of Object.entries(after)) {
    const old: JsonValue | undefined = Object.hasOwn(before, key) ? before[key] : undefined;
    if (old === undefined) operations.push({ op: 'add', path: pointerOfPath([...path, key]), value });
    else if (isJsonObject(old) && isJsonObject(value)) compare(old, value, [...path, key], operations);
    else if (!sameJson(old, value)) operations.push({ op: 'replace', path: pointerOfPath([...path, key]), value });
  }
}

/** One operation of a JSON Patch (RFC 6902), of the three kinds that mooring writes. `path` is a JSON Pointer. */
export interface PatchOperation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: JsonValue;
}
