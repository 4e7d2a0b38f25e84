import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/api/object.ts';

/** Keys with and without a special meaning in JavaScript. */
const keys = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'x/y', '~', '', '0'),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'),
);

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, -1.5, '', 'a', 'a\nb', 'ü'),
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
