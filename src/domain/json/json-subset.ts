import { isJsonObject } from '../../api/object.ts';

/**
 * Whether everything in `wanted` is in `present`. What `present` has besides is somebody else's, or a default of the
 * API server; lists must have the same length, and their items contain one another in order.
 */
export function isContained(wanted: unknown, present: unknown): boolean {
  if (isJsonObject(wanted)) {
    if (!isJsonObject(present)) return false;
    // What an object inherits, such as `constructor`, is not in it.
    return Object.entries(wanted).every(
      ([key, value]) => Object.hasOwn(present, key) && isContained(value, present[key]),
    );
  }
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(present) &&
      wanted.length === present.length &&
      wanted.every((item, index) => isContained(item, present[index]))
    );
  }
  return wanted === present;
}
