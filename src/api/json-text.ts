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

/** A string with the colon after it, if it is a key, or a long integer. It takes linear time for valid JSON only. */
const stringOrInteger = /"[^"\\]*(?:\\[^][^"\\]*)*"(\s*:)?|(?<=^|[:,[\s])-?[1-9]\d{15,18}(?![\d.eE])/g;

/**
 * Marks long integers as strings that begin with `#`, parses, and replaces these strings. Strings that begin with `#`, or may do so with
 * an escape sequence, get another mark. A reviver would overflow the stack at 3000 levels, and takes longer.
 */
function parseLongIntegers(text: string): JsonValue {
  const rounded: JsonValue = JSON.parse(text);
  let count = 0;
  const marked = text.replaceAll(stringOrInteger, (token, colon: string | undefined) => {
    if (token.startsWith('"')) return colon === undefined && /^"[#\\]/.test(token) ? `"#s${token.slice(1)}` : token;
    if (typeof integerValue(BigInt(token)) === 'number') return token;
    count += 1;
    return `"#i${token}"`;
  });
  if (count === 0) return rounded;
  const whole: [JsonValue] = [JSON.parse(marked)];
  const open: (JsonValue[] | JsonObject)[] = [whole];
  for (let container = open.pop(); container !== undefined; container = open.pop()) restore(container, open);
  return whole[0];
}

/** Replaces the marked strings in a container, and adds the containers in it to `open`. */
function restore(container: JsonValue[] | JsonObject, open: (JsonValue[] | JsonObject)[]): void {
  const set = (key: string | number, value: string) => {
    // The key exists, so that this sets a field even if it is called `__proto__`.
    Reflect.set(container, key, value.startsWith('#i') ? BigInt(value.slice(2)) : value.slice(2));
  };
  for (const [key, value] of Object.entries(container)) {
    if (typeof value === 'string' && value.startsWith('#')) set(key, value);
    else if (typeof value === 'object' && value !== null) open.push(value);
  }
}
