import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';

/** Applies a JSON Merge Patch (RFC 7396): maps are merged recursively, lists and scalars replace, null removes the key. */
export function mergeJson(base: JsonObject, patch: JsonObject): JsonObject {
  // Built from a Map, because assigning to `__proto__` would set the prototype.
  const merged = new Map<string, JsonValue>(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, overlay(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function overlay(base: JsonValue | undefined, value: JsonValue): JsonValue {
  return isJsonObject(value) ? mergeJson(isJsonObject(base) ? base : {}, value) : value;
}
