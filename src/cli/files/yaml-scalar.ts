/**
 * The value of a YAML scalar as kubectl reads it, with go-yaml v2 (`resolve.go`, through sigs.k8s.io/yaml). It differs from both
 * YAML 1.1 and 1.2: `no` is false and `010` is eight, but `1:30` and `2001-01-01` are strings. Integers are bigints.
 */
export type Scalar = string | bigint | number | boolean | null;

const words: ReadonlyMap<string, boolean | number | null> = new Map<string, boolean | number | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);

/** The value of a scalar without quotes and without a tag. */
export function plainScalar(text: string): Scalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  // go-yaml decides by the first character and removes all underscores, unless the scalar begins with a point.
  if (/^\.\d+(_\d+)*([eE][-+]?\d+(_\d+)*)?$/.test(text)) return float(text.replaceAll('_', '')) ?? text;
  if (!/^[-+\d]/.test(text)) return text;
  const digits = text.replaceAll('_', '');
  return integer(digits) ?? float(digits) ?? text;
}

/**
 * Whether a number is stored with other digits than its text has, because it has too many for double precision, or because they end
 * with zeros (`1.10`).
 */
export function losesDigits(text: string, stored: number | bigint): boolean {
  const plain = plainScalar(text);
  if (typeof plain === 'bigint') return String(plain) !== String(stored);
  if (typeof plain !== 'number') return false;
  const written = text.replaceAll('_', '').toLowerCase();
  return /^[^e]*\.\d*0$/.test(written) || significantDigits(written) !== significantDigits(String(stored));
}

/** The digits of a decimal without zeros around them, and the power of ten of the last one: `1.50e3` is `15e2`. */
function significantDigits(text: string): string {
  const [mantissa = '', exponent = '0'] = text.replace(/^[-+]/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

const longTag = 'tag:yaml.org,2002:';

/** The value of a scalar with a tag, in quotes or not; `undefined` if the scalar is not of that type. */
export function taggedScalar(text: string, tag: string): Scalar | undefined {
  const plain = plainScalar(text);
  switch (tag) {
    case `${longTag}bool`:
      return typeof plain === 'boolean' ? plain : undefined;
    case `${longTag}int`:
      return typeof plain === 'bigint' ? plain : undefined;
    case `${longTag}float`:
      if (typeof plain === 'bigint') return Number(plain);
      return typeof plain === 'number' ? plain : undefined;
    case `${longTag}null`:
      return plain === null ? null : undefined;
    case `${longTag}binary`:
      return decoded(text);
    default:
      // Any other tag means a string.
      return text;
  }
}

/** The short form of a tag, such as `!!int`. */
export function shortTag(tag: string): string {
  return tag.startsWith(longTag) ? `!!${tag.slice(longTag.length)}` : tag;
}

/** The string that a key becomes in JSON; `undefined` for a key that kubectl refuses. */
export function keyText(key: Scalar): string | undefined {
  if (key === null) return undefined;
  if (typeof key === 'bigint') return key < 2n ** 63n ? String(key) : undefined;
  return typeof key === 'number' ? singlePrecision(key) : String(key);
}

/** Integers of at most 64 bits, with or without a sign; the longest has fewer than 80 characters. */
function integer(text: string): bigint | undefined {
  const pattern = /^([-+]?)(?:(0[bB][01]+|0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)|0[oO]?([0-7]+))$/;
  const match = text.length > 80 ? null : pattern.exec(text);
  if (match === null) return undefined;
  const [, sign = '', literal, octal = ''] = match;
  const size = BigInt(literal ?? `0o${octal}`);
  const most = { '': 2n ** 64n - 1n, '+': 2n ** 63n - 1n, '-': 2n ** 63n }[sign] ?? 0n;
  if (size > most) return undefined;
  return sign === '-' ? -size : size;
}

function float(text: string): number | undefined {
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function decoded(text: string): string | undefined {
  const base64 = text.replaceAll(/[\r\n]/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined;
  return Buffer.from(base64, 'base64').toString();
}

/** Formats a number as Go's `FormatFloat(x, 'g', -1, 32)` does: with the fewest digits that identify it. */
function singlePrecision(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return '.nan';
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  const candidates = Array.from({ length: 9 }, (_, digits) => single.toExponential(digits));
  const shortest = candidates.find((text) => Math.fround(Number(text)) === single) ?? String(single);
  const [mantissa = '', exponent = '0'] = shortest.split('e');
  const power = Number(exponent);
  if (Object.is(single, -0)) return '-0';
  if (power >= -4 && power < 6) return String(Number(shortest));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
