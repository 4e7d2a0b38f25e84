import type { JsonObject, JsonValue } from '../../api/object.ts';

/**
 * How many levels of objects and arrays a value may have. Manifests have far fewer, and recursion over a value overflows the
 * stack only with far more (`JSON.stringify`: some thousands).
 */
export const maxLevels = 200;

/** Whether objects or arrays are nested deeper than `levels`. Levels below that are not read. */
export function isDeeperThan(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  // This runs for every review, so the loops make no call for scalars: most values are scalars.
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

/** A copy with at most `levels` levels (at least 1): deeper objects and arrays become null. */
export function cutBelow(object: JsonObject, levels: number): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, cutValueBelow(value, levels - 1)]));
}

/** A copy of any value with at most `levels` levels. */
export function cutValueBelow(value: JsonValue, levels: number): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  return Array.isArray(value) ? value.map((item) => cutValueBelow(item, levels - 1)) : cutBelow(value, levels);
}
