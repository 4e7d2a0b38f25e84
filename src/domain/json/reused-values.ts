import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { maxLevels } from './nesting.ts';

/**
 * `after`, in which every value that `before` has at the same place is replaced by that of `before`. Comparisons of the two then compare
 * references. `after` is changed; it must belong to the caller. Levels below 200 are not read.
 */
export function sharedWith(after: JsonValue, before: JsonValue): JsonValue {
  return shared(after, before, maxLevels);
}

function shared(after: JsonValue, before: JsonValue, levels: number): JsonValue {
  if (after === before || levels === 0) return after;
  if (Array.isArray(after)) return Array.isArray(before) ? sharedList(after, before, levels - 1) : after;
  return isJsonObject(after) && isJsonObject(before) ? sharedObject(after, before, levels - 1) : after;
}

function sharedList(after: JsonValue[], before: JsonValue[], levels: number): JsonValue {
  let isSame = after.length === before.length;
  const length = Math.min(after.length, before.length);
  for (let index = 0; index < length; index += 1) {
    const old = before[index] ?? null;
    const value = shared(after[index] ?? null, old, levels);
    after[index] = value;
    if (value !== old) isSame = false;
  }
  return isSame ? before : after;
}

function sharedObject(after: JsonObject, before: JsonObject, levels: number): JsonValue {
  const keys = Object.keys(after);
  const oldKeys = Object.keys(before);
  let isSame = keys.length === oldKeys.length;
  for (const [index, key] of keys.entries()) {
    // A message may list fields in their order, which must not change.
    if (key !== oldKeys[index]) isSame = false;
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const given = after[key];
    if (old === undefined || given === undefined) {
      isSame = false;
      continue;
    }
    const value = shared(given, old, levels);
    // The key exists, so that this sets a field even if it is called `__proto__`.
    if (value !== given) after[key] = value;
    if (value !== old) isSame = false;
  }
  return isSame ? before : after;
}
