import fc from 'fast-check';
import type { JsonValue } from '../../src/api/object.ts';

/** Texts that some reader of YAML takes for something else than this text. */
const words =
  `y Y n N yes Yes YES no No NO nO on On ON off Off OFF true True TRUE false null Null NULL ~ << = .inf -.inf +.inf .nan .NaN
  0b101 0b 0b1010_0111 0o7 07 08 0777 1_000 _1 1_ 0x1f 0x_1 1e3 1e 1.e3 .5 ._5 .5_5 5. +1 -1 -0 0.1.2 1.10 1,000 685.230_15e+03
  9007199254740993 18446744073709551615 123456789012345678901234567890 2001-01-01 2001-12-14t21:59:43.10-05:00
  12:30:45 190:20:30 190:20:30.15 1:30 +12:30 - -- --- ... ? : :: % %a @ ! !! !!str & &a * *a | > [ ] { } , #`.split(
    /\s+/,
  );

const around = ['w ', ' w', 'w\n', '\nw', '\tw', 'w:', 'w: a', 'w #a', '"w"', "'w'", 'a\nw\n', 'a\n w', 'w\n\n'];

/** Characters with a meaning in YAML, and characters that must not stand in it. */
const characters = 'yYnNoOfF01234_.:-+eExXbB ~<>=#"\'\\\n\t\r,[]{}&*!|%@`?/aü'
  .split('')
  .concat(
    '\0',
    '\u001b',
    '\u007f',
    '\u0080',
    '\u0085',
    '\u00a0',
    '\u200b',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\ufffe',
    '😀',
  );

/** Any text, especially texts that YAML gives another meaning. */
export const anyScalarText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...words, '', ' ', 'k'.repeat(1500)),
  fc
    .tuple(fc.constantFrom(...words), fc.constantFrom(...around))
    .map(([word, frame]) => frame.replace('w', () => word)),
  fc.string({ unit: fc.constantFrom(...characters), maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...'0123456789_.:-+eExXobBn'.split('')), maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\t', '#', ':'), maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => text.isWellFormed()),
);

/** A value with a text in each position that YAML treats differently. */
export function withEveryPosition(text: string): JsonValue {
  return { value: text, map: { [text]: 1 }, list: [text, [text]], nested: { [text]: { [text]: [text] } } };
}
