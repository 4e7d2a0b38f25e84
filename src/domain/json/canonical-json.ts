import { isJsonObject } from '../../api/object.ts';

/** A digest of a text, as 64 hexadecimal digits (SHA-256). Handed in by the shells, because `domain` is pure. */
export type Hash = (text: string) => string;

/** JSON text in which equal values are equal texts: keys sorted by code unit, no spaces, absent and `undefined` alike. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value)
    .toSorted()
    .filter((key) => value[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${fields.join(',')}}`;
}

/** Whether two JSON values are the same. */
export function sameJson(left: unknown, right: unknown): boolean {
  return left === right || canonicalJson(left) === canonicalJson(right);
}
