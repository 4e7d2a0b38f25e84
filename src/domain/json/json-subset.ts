import { isJsonObject } from '../../api/object.ts';

/**
 * Whether every field of `wanted` has the same value in `present`. Other fields of `present` are ignored: they are
 * defaults of the API server, or belong to another field manager. Lists must have the same length, and each item of
 * `present` must contain the one of `wanted`.
 */
export function isContained(wanted: unknown, present: unknown): boolean {
  if (isJsonObject(wanted)) {
    if (!isJsonObject(present)) return false;
    // Inherited properties, such as `constructor`, are not fields.
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
