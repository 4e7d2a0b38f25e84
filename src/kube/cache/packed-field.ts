import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseJson } from '../../api/json-text.ts';

/** Shorter texts stay as they are: parsing them again costs more than their memory. In UTF-16 code units. */
const minLength = 1024;

/** The compressed text of the field of each object with a packed field. */
const packedTexts = new WeakMap<object, { field: string; text: Uint8Array }>();

/**
 * The value that was read last. One reconcile reads the same spec several times. A WeakRef for each value would not do: it keeps its
 * value until the present job ends, and a loop over a cache is one job.
 */
let last: { text: Uint8Array; value: unknown } | undefined;

/** Compresses a text, into a buffer that is not larger than the result. */
export function packText(text: string): Uint8Array {
  return new Uint8Array(deflateRawSync(text, { level: 1 }));
}

/** The value of a compressed JSON text. Callers must not change it. */
export function unpackJson(packed: Uint8Array): unknown {
  if (last?.text === packed) return last.value;
  const value: unknown = parseJson(inflateRawSync(packed).toString());
  last = { text: packed, value };
  return value;
}

/**
 * Keeps a field of a cached object as compressed text if it is long. The object looks the same; each read of the field parses it, except
 * for the one that was read last. Specs with manifests of 50 KiB need 5 to 10 KiB this way, and 250 KiB as objects.
 */
export function packField<T extends object>(object: T, field: keyof T & string): T {
  const text = JSON.stringify(object[field]);
  if (text === undefined || text.length < minLength) return object;
  const packed = packText(text);
  packedTexts.set(object, { field, text: packed });
  return Object.defineProperty(object, field, { get: () => unpackJson(packed), enumerable: true, configurable: true });
}

/** The object with its packed field as compressed text: two objects are equal if these are, and comparing them parses nothing. */
export function withPackedText(object: object): object {
  const packed = packedTexts.get(object);
  if (packed === undefined) return object;
  // Without calling the getter.
  const fields = Object.keys(object).filter((field) => field !== packed.field);
  const rest = fields.map((field): [string, unknown] => [field, Reflect.get(object, field)]);
  return { ...Object.fromEntries(rest), [packed.field]: packed.text };
}
