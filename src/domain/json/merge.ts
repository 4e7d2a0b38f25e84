import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';

/**
 * Applies a JSON Merge Patch (RFC 7396) to `target`, which is changed: maps are merged recursively, lists and scalars replace,
 * null removes the key. `target` gets copies of the values of `patch`. The time depends on the size of the patch alone.
 */
export function mergeInto(target: JsonObject, patch: JsonObject): void {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete target[key];
    else if (isJsonObject(value)) mergeInto(mapAt(target, key), value);
    else setKey(target, key, copyJson(value));
  }
}

/** A deep copy of a JSON value. */
export function copyJson<T extends JsonValue>(value: T): T;
export function copyJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => copyJson(item));
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setKey(copy, key, copyJson(value[key] ?? null));
  return copy;
}

/** The map at a key of `target`. If there is none, an empty one is set. */
function mapAt(target: JsonObject, key: string): JsonObject {
  const present = Object.hasOwn(target, key) ? target[key] : undefined;
  if (isJsonObject(present)) return present;
  const empty: JsonObject = {};
  setKey(target, key, empty);
  return empty;
}

function setKey(target: JsonObject, key: string, value: JsonValue): void {
  // Assigning to `__proto__` would set the prototype.
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
