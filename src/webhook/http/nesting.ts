import type { JsonObject, JsonValue } from '../../api/object.ts';

/**
 * How deep objects and arrays may be nested, the outermost included. No manifest comes near it, and it is far below the
 * depth at which recursion over the value overflows the stack (`JSON.stringify`: 20,000).
 */
export const maxLevels = 200;

/** Whether objects or arrays are nested deeper than `levels`. It does not look deeper than that itself. */
export function isDeeperThan(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  // Called for every review: the loops call nothing for scalars, which most values are.
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && isDeeperThan(item, levels - 1)) return true;
    return false;
  }
  for (const key in value) {
    const inner = value[key];
    if (typeof inner === 'object' && isDeeperThan(inner, levels - 1)) return true;
  }
  return false;
}

/** A copy that is cut after `levels` (at least 1): deeper objects and arrays become null. */
export function cutBelow(object: JsonObject, levels: number): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, cut(value, levels - 1)]));
}

function cut(value: JsonValue, levels: number): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  return Array.isArray(value) ? value.map((item) => cut(item, levels - 1)) : cutBelow(value, levels);
}
