import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { parseJson } from '../../api/json-text.ts';

/** Shorter texts are kept as values: parsing them again costs more than their memory. In UTF-16 code units. */
const minLength = 1024;

/**
 * The values that were read last, as one reconcile reads the same few several times. Their texts have at most so many UTF-16 code units;
 * a longer one is kept alone. A WeakRef for each value would not do: it keeps its value until the present job ends, and a loop over a
 * cache is one job.
 */
const maxRecentLength = 512 * 1024;
const recent = new LRUCache<PackedJson, { value: unknown }>({ max: 8, maxSize: maxRecentLength });

/**
 * A JSON value in a cache, as compressed text if it is long: manifests of 50 KiB need 5 to 10 KiB this way, and 250 KiB as objects. Two
 * are equal, also for `isDeepStrictEqual`, if their hashes are.
 */
export class PackedJson {
  readonly hash: string;
  readonly #content: { value: unknown } | { packed: Uint8Array; length: number };

  /** `hash` is that of the text. */
  constructor(text: string, hash: string) {
    this.hash = hash;
    this.#content =
      text.length < minLength
        ? { value: parseJson(text) }
        : // A copy, because the buffer of the result is larger than the result.
          { packed: new Uint8Array(deflateRawSync(text, { level: 1 })), length: text.length };
  }

  /** Parsed for each read, except for those that were read last. Callers must not change it. */
  get value(): unknown {
    if ('value' in this.#content) return this.#content.value;
    const known = recent.get(this);
    if (known !== undefined) return known.value;
    const { packed, length } = this.#content;
    const value: unknown = parseJson(inflateRawSync(packed).toString());
    recent.set(this, { value }, { size: Math.min(length, maxRecentLength) });
    return value;
  }

  /** The bytes of the compressed text; 0 for a short text. */
  get packedBytes(): number {
    return 'packed' in this.#content ? this.#content.packed.buffer.byteLength : 0;
  }
}

/** For each object with packed fields, the same object with `PackedJson` instead of them. */
const packedTexts = new WeakMap<object, () => object>();

/** The object with a packed value at a path of existing fields. It looks the same, and reads of the field read the packed value. */
export function withPackedField<T extends object>(
  object: T,
  path: readonly [string, ...string[]],
  packed: PackedJson,
): T {
  const result = withGetter(object, path, packed);
  packedTexts.set(result, () => replaced(result, path, packed));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has the same fields with the same values
  return result as T;
}

/**
 * The object with all fields but the plain ones packed together. It looks the same, and reads of these fields read the packed values.
 * `hash` computes the hash of a text.
 */
export function withPackedContent<T extends object>(
  object: T,
  plainFields: readonly string[],
  hash: (text: string) => string,
): T {
  const entries = Object.entries(object);
  const plain = Object.fromEntries(entries.filter(([field]) => plainFields.includes(field)));
  const content = entries.filter(([field]) => !plainFields.includes(field));
  const text = JSON.stringify(Object.fromEntries(content));
  const packed = new PackedJson(text, hash(text));
  const result = { ...plain };
  for (const [field] of content) {
    const get = (): unknown => valueIn(packed.value, field);
    Object.defineProperty(result, field, { get, enumerable: true, configurable: true });
  }
  packedTexts.set(result, () => ({ ...plain, packed }));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has the same fields with the same values
  return result as T;
}

/** The object with `PackedJson` instead of what is packed: two objects are equal if these are, and comparing them parses nothing. */
export function withPackedText(object: object): object {
  return packedTexts.get(object)?.() ?? object;
}

function withGetter(object: object, [field = '', ...rest]: readonly string[], packed: PackedJson): object {
  if (rest.length > 0) return { ...object, [field]: withGetter(childOf(object, field), rest, packed) };
  // A new object: redefining a field makes an object a hash table in V8, which needs more memory.
  const result = { ...without(object, field) };
  return Object.defineProperty(result, field, { get: () => packed.value, enumerable: true, configurable: true });
}

function replaced(object: object, [field = '', ...rest]: readonly string[], packed: PackedJson): object {
  const value = rest.length === 0 ? packed : replaced(childOf(object, field), rest, packed);
  return { ...without(object, field), [field]: value };
}

/** The object without a field, which is not read. */
function without(object: object, field: string): object {
  const fields = Object.keys(object).filter((each) => each !== field);
  return Object.fromEntries(fields.map((each): [string, unknown] => [each, Reflect.get(object, each)]));
}

function childOf(object: object, field: string): object {
  const value = valueIn(object, field);
  return typeof value === 'object' && value !== null ? value : {};
}

function valueIn(object: unknown, field: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, field) : undefined;
}
