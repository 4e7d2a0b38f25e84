import fc from 'fast-check';
import { integerValue } from '../../src/api/json-text.ts';
import type { JsonObject, JsonValue } from '../../src/api/object.ts';

/** Keys with and without a special meaning in JavaScript. */
const keys = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'x/y', '~', '', '0'),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'),
);

/** Integers of 64 bits. Many of them are between the integers that a number can hold. */
const integers = fc
  .oneof(
    fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 2n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  )
  .map((integer) => integerValue(integer));

/** Numbers of double precision. JSON has no negative zero. */
const decimals = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, -1.5, '', 'a', 'a\nb', 'ü'),
    integers,
    decimals,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** Any small JSON value. */
export const anyJson: fc.Arbitrary<JsonValue> = value;

/** Any small JSON object, with keys such as `__proto__`. */
export const anyJsonObject: fc.Arbitrary<JsonObject> = fc.dictionary(keys, value, {
  maxKeys: 5,
  noNullPrototype: true,
});
