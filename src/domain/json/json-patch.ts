import { pointerOfPath, type FieldPath } from '../../api/field-path.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { sameJson } from './canonical-json.ts';
import { parsePointer } from './json-pointer.ts';

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
    if (old === value) continue;
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

/** Applies a JSON Patch to a copy of an object. Throws if a path does not exist, or refers to an item of a list. */
export function applyPatch<T extends JsonObject>(object: T, patch: readonly PatchOperation[]): T {
  const result = structuredClone(object);
  for (const operation of patch) applyOperation(result, operation);
  return result;
}

function applyOperation(object: JsonObject, { op, path, value }: PatchOperation): void {
  const keys = parsePointer(path) ?? [];
  const last = keys.pop();
  if (last === undefined) throw new TypeError(`${op} ${JSON.stringify(path)}: the path does not name a field`);
  let parent = object;
  for (const key of keys) {
    const next = Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (!isJsonObject(next)) throw new TypeError(`${op} ${path}: ${key} is not an object`);
    parent = next;
  }
  if (op !== 'add' && !Object.hasOwn(parent, last)) throw new TypeError(`${op} ${path}: there is no ${last}`);
  if (op === 'remove') delete parent[last];
  // Assignment would not create a field that is called `__proto__`.
  else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
}
