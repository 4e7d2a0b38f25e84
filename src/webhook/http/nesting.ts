import type { JsonObject, JsonValue } from '../../api/object.ts';

/**
 * How many objects and arrays may stand inside each other, the outermost counted. Far beyond any manifest, and far
 * below where recursion over the value (`JSON.stringify` at 20,000) would overflow the stack.
 */
export const MAX_LEVELS = 200;

/** Whether more than `levels` objects or arrays are nested in each other. It looks no deeper than that itself. */
export function isDeeperThan(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  // Every review comes through here: loops that call nothing for a scalar, which most values are.
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

/** A copy that ends after `levels` (at least 1): objects and arrays below become null. */
export function cutBelow(object: JsonObject, levels: number): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, cut(value, levels - 1)]));
}

function cut(value: JsonValue, levels: number): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  return Array.isArray(value) ? value.map((item) => cut(item, levels - 1)) : cutBelow(value, levels);
}
