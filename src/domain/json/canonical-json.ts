import { configure } from 'safe-stable-stringify';
import { isJsonObject } from '../../api/object.ts';

/**
 * SHA-256 of a string, as 64 hexadecimal digits. The caller provides it, because `domain` does not import `node:crypto`.
 */
export interface Hash {
  (value: string): string;
  /** What was hashed for one request. */
  readonly memory?: HashMemory;
}

/** Remembers texts and hashes of values that do not change. */
export interface HashMemory {
  /** The canonical JSON of a value. */
  readonly print: (value: unknown) => string;
  /** The hash of the content of an object: a known one, or what `compute` returns. */
  readonly remember: (object: HashedContent, compute: () => string) => string;
}

/** The fields that the content of an object is made of. */
export interface HashedContent {
  readonly metadata: { readonly labels?: unknown; readonly annotations?: unknown };
  readonly spec?: unknown;
}

const stringify = configure({ deterministic: true, circularValue: TypeError });

/**
 * JSON that is the same string for equal values: keys sorted by UTF-16 code unit, no spaces, fields that are `undefined`
 * left out. Hashes of revisions are stored on the cluster, so the output must never change.
 */
export function canonicalJson(value: unknown): string {
  return stringify(value) ?? 'null';
}

/** Whether two JSON values are equal; `undefined` equals an absent field. It ends at the first difference, and reads no shared value. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) return Array.isArray(right) && isSameList(left, right);
  if (isJsonObject(left)) return isJsonObject(right) && isSameObject(left, right);
  return typeof right === 'object' && right !== null ? false : isSameScalar(left, right);
}

/** Whether scalars that are not identical are equal. What JSON prints alike is equal. */
function isSameScalar(left: unknown, right: unknown): boolean {
  // Only these types print like another value: an integer of 64 bits like a number, and infinity or an absent value like null.
  const isDistinct = typeof left === 'string' || typeof right === 'string' || typeof left === 'boolean';
  return !isDistinct && canonicalJson(left) === canonicalJson(right);
}

function isSameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) if (!sameJson(left[index], right[index])) return false;
  return true;
}

function isSameObject(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): boolean {
  let fields = 0;
  for (const key of Object.keys(left)) {
    const value = left[key];
    if (value === undefined) continue;
    const other = Object.hasOwn(right, key) ? right[key] : undefined;
    if (other === undefined || !sameJson(value, other)) return false;
    fields += 1;
  }
  const others = Object.keys(right);
  return others.length === fields || others.filter((key) => right[key] !== undefined).length === fields;
}
