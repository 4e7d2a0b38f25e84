import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';

/** `base` with `patch` laid over it: maps merge deeply, lists and scalars replace, null removes the key (RFC 7396). */
export function mergeJson(base: JsonObject, patch: JsonObject): JsonObject {
  // A Map and fromEntries, because `__proto__` has to stay a key like any other.
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
