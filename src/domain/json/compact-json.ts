import { parseJson } from '../../api/json-text.ts';
import type { JsonValue } from '../../api/object.ts';
import { cutValueBelow, isDeeperThan } from './nesting.ts';

/** Values with fewer nested values than this stay as they are: parsing them again costs more than their memory. */
const smallCount = 200;
/** Values with more nested values than this are kept as text, whatever their length. */
const largeCount = 5000;
/** Bytes of text per nested value, below which the value needs much more memory than its text. Most specs have 20 to 40. */
const denseBytes = 12;

/**
 * Objects and arrays below this level become null. The API server stores up to 10,000 levels, and `JSON.stringify` overflows the stack
 * with some thousands. Admission permits 200, and exceeded bounds are still seen in what is kept.
 */
const maxKeptLevels = 1000;

/**
 * The value that was parsed last, of all that are kept as text. One reconcile reads the same spec several times. A WeakRef for each
 * value would not do: it keeps its value until the present job ends, and a list puts all objects into a cache in one job.
 */
let last: { text: Uint8Array; value: JsonValue } | undefined;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Reads a value that is kept in a cache. A value with many nested values is kept as UTF-8 outside of the heap and parsed when it is
 * read: `[{},{},…]` needs 21 times the memory of its text, and everybody may store such objects. Only the value that
 * was parsed last is kept.
 */
export function compactJson<T extends JsonValue>(value: T): () => T {
  return compacted(value) ?? (() => value);
}

/** Reads the value from its text; `undefined` if the value is kept as it is. */
function compacted<T extends JsonValue>(value: T): (() => T) | undefined {
  const count = countValues(value, largeCount + 1);
  if (count <= smallCount) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller reads no level that is missing
  if (isDeeperThan(value, maxKeptLevels)) return parsedOnRead(cutValueBelow(value, maxKeptLevels) as T);
  return count > largeCount || count * denseBytes > JSON.stringify(value).length ? parsedOnRead(value) : undefined;
}

function parsedOnRead<T extends JsonValue>(original: T): () => T {
  const text = encoder.encode(JSON.stringify(original));
  return () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is the value that was parsed from the text
    if (last?.text === text) return last.value as T;
    const value: T = parseJson(decoder.decode(text));
    last = { text, value };
    return value;
  };
}

/** Replaces the spec of an object by `compactJson` of it. The object looks the same. */
export function withCompactSpec<T extends { spec?: unknown }>(object: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the object was parsed from JSON
  const spec = object.spec as JsonValue | undefined;
  const get = spec === undefined ? undefined : compacted(spec);
  return get === undefined
    ? object
    : Object.defineProperty(object, 'spec', { get, enumerable: true, configurable: true });
}

/** The number of nested values; at most `max`, and without recursion, because the depth is not limited. */
function countValues(value: JsonValue, max: number): number {
  const open: JsonValue[] = [value];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const children = Object.values(next);
    count += children.length;
    if (count >= max) return max;
    open.push(...children);
  }
  return count;
}
