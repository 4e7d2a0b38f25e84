import { configure } from 'safe-stable-stringify';

/**
 * SHA-256 of a string, as 64 hexadecimal digits. The caller provides it, because `domain` does not import `node:crypto`.
 */
export type Hash = (value: string) => string;

const stringify = configure({ deterministic: true, circularValue: TypeError });

/**
 * JSON that is the same string for equal values: keys sorted by UTF-16 code unit, no spaces, fields that are `undefined`
 * left out. Hashes of revisions are stored on the cluster, so the output must never change.
 */
export function canonicalJson(value: unknown): string {
  return stringify(value) ?? 'null';
}

/** Whether two JSON values are equal; `undefined` equals an absent field. */
export function sameJson(left: unknown, right: unknown): boolean {
  return left === right || canonicalJson(left) === canonicalJson(right);
}
