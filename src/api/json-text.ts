import type { JsonObject, JsonValue } from './object.ts';

/**
 * JSON without a loss of digits. The API server stores integers of 64 bits exactly, and a number of JavaScript has only 53. An integer
 * that a number cannot print again is a bigint (`JsonValue`). Every other value is what `JSON.parse` returns, so that equal values
 * have one representation. `docs/architecture.md` explains the decision.
 */

declare global {
  interface JSON {
    /** Text that `JSON.stringify` prints unchanged. */
    rawJSON(text: string): object;
  }
}

// All code that prints JSON then prints bigints, also packages and code that is written later. Without this it would throw.
// oxlint-disable-next-line eslint/no-extend-native -- it is the only way to reach every JSON.stringify, and changes no result that exists
Object.defineProperty(BigInt.prototype, 'toJSON', {
  value(this: bigint): object {
    return JSON.rawJSON(String(this));
  },
  configurable: true,
});

/**
 * Parses JSON without a loss of digits in integers of 64 bits. The caller knows the type, as with `JSON.parse`. Throws SyntaxError. Deep
 * nesting does not overflow the stack.
 */
export function parseJson(text: string): ReturnType<typeof JSON.parse> {
  return hasLongInteger(text) ? parseLongIntegers(text) : JSON.parse(text);
}

const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;

/**
 * An integer as the API server stores it: those of 64 bits are exact, and larger ones are rounded to double precision. It is a number
 * if the number prints the same digits.
 */
export function integerValue(integer: bigint): number | bigint {
  const rounded = Number(integer);
  return integer < least || integer > most || String(rounded) === String(integer) ? rounded : integer;
}

/** The shortest integer that a number may not hold exactly has so many digits. */
const longDigits = 16;
const [zero, nine, minus] = [0x30, 0x39, 0x2d];

/**
 * Whether an integer of at least 16 digits may be in the text. It reads about one character of 16, because this runs for everything
 * that is parsed. Digits after a letter or a point, as in hashes, do not count.
 */
function hasLongInteger(text: string): boolean {
  for (let at = longDigits - 1; at < text.length; at += longDigits) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let start = at;
    while (isDigit(text.charCodeAt(start - 1))) start -= 1;
    while (isDigit(text.charCodeAt(at + 1))) at += 1;
    if (at - start + 1 >= longDigits && mayBegin(text, start)) return true;
  }
  return false;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

/** Whether a number may begin at this position. */
function mayBegin(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1) === minus ? start - 2 : start - 1;
  return before < 0 || ':,[ \n\r\t'.includes(text.charAt(before));
}

/** A long integer outside of strings. */
const longInteger = /(?<=^|[:,[\s])-?[1-9]\d{15,18}(?![\d.eE])/g;

/** What follows a string that is a key. */
const colon = /\s*:/y;

/**
 * Marks long integers as strings that begin with `#`, parses, and replaces these strings. A reviver would overflow the stack at 3000
 * levels, and takes longer.
 */
function parseLongIntegers(text: string): JsonValue {
  // The result is not kept, because large values need much memory. Throws for what is not JSON.
  JSON.parse(text);
  const whole: [JsonValue] = [JSON.parse(markLongIntegers(text))];
  const open: (JsonValue[] | JsonObject)[] = [whole];
  for (let container = open.pop(); container !== undefined; container = open.pop()) {
    // This loop copies no list of values, because a list may have millions.
    if (Array.isArray(container)) {
      for (const [index, value] of container.entries()) container[index] = restored(value, open);
    } else {
      // The key exists, so that this sets a field even if it is called `__proto__`.
      for (const key of Object.keys(container)) container[key] = restored(container[key] ?? null, open);
    }
  }
  return whole[0];
}

/**
 * Strings that begin with `#`, or may do so with an escape sequence, get another mark than long integers. It makes no call and no copy for
 * other strings, because there may be millions.
 */
function markLongIntegers(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  const insert = (start: number, end: number, mark: string) => {
    parts.push(text.slice(copied, start), mark);
    copied = end;
  };
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    if (end - at >= longDigits) {
      for (const { 0: digits, index } of text.slice(at, end).matchAll(longInteger)) {
        if (typeof integerValue(BigInt(digits)) === 'number') continue;
        insert(at + index, at + index + digits.length, `"#i${digits}"`);
      }
    }
    at = quote < 0 ? end : endOfString(text, quote);
    if (quote < 0 || !'#\\'.includes(text.charAt(quote + 1))) continue;
    colon.lastIndex = at;
    if (!colon.test(text)) insert(quote + 1, quote + 1, '#s');
  }
  return copied === 0 ? text : parts.join('') + text.slice(copied);
}

/** The index after the closing quote of the string that begins at `start`, in valid JSON. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text.charAt(quote - 1 - backslashes) === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

/** The value that a marked string stands for. Adds a container to `open`. */
function restored(value: JsonValue, open: (JsonValue[] | JsonObject)[]): JsonValue {
  if (typeof value === 'string' && value.startsWith('#')) {
    return value.startsWith('#i') ? BigInt(value.slice(2)) : value.slice(2);
  }
  if (typeof value === 'object' && value !== null) open.push(value);
  return value;
}
