import assert from 'node:assert/strict';
import fc from 'fast-check';
import { integerValue, parseJson } from '../../src/api/json-text.ts';
import { anyJson } from '../support/any-json.ts';

/** Text whose number arrives as this value, and prints the same digits. */
const exact: [text: string, value: unknown, why: string][] = [
  ['9007199254740991', 9007199254740991, 'the largest safe integer is a number'],
  ['9007199254740992', 9007199254740992, 'a number prints these digits, so that it stays a number'],
  ['9007199254740993', 9007199254740993n, 'the first integer that a number cannot hold'],
  ['-9007199254740993', -9007199254740993n, 'negative'],
  ['9223372036854775807', 9223372036854775807n, 'the largest integer of 64 bits'],
  ['-9223372036854775808', -9223372036854775808n, 'the smallest integer of 64 bits'],
  ['1234567890123456800', 1234567890123456800, 'a number prints these digits'],
  ['1234567890123456768', 1234567890123456768n, 'the same number of double precision, but other digits'],
  ['18446744073709552000', 18446744073709552000, 'how the API server prints an integer that it has rounded'],
  ['"9007199254740993"', '9007199254740993', 'a string'],
  ['":9007199254740993,"', ':9007199254740993,', 'a string that looks like a value'],
  ['[" 9007199254740993"]', [' 9007199254740993'], 'a string with a space'],
  ['["\\\\",9007199254740993]', ['\\', 9007199254740993n], 'after a string that ends with a backslash'],
  ['["a\\",9007199254740993"]', ['a",9007199254740993'], 'in a string after an escaped quote'],
  ['["#i1",9007199254740993]', ['#i1', 9007199254740993n], 'a string that looks like a mark'],
  ['["#s1","#",9007199254740993]', ['#s1', '#', 9007199254740993n], 'a string that looks like the other mark'],
  ['{"#i1":9007199254740993}', { '#i1': 9007199254740993n }, 'a key that looks like a mark'],
  ['[{"a":[9007199254740993,1]},9007199254740995]', [{ a: [9007199254740993n, 1] }, 9007199254740995n], 'nested'],
  ['[0.12345678901234568]', [0.12345678901234568], 'a decimal'],
];

/** Text that is not printed again with the same digits. */
const other: [text: string, value: unknown, why: string][] = [
  ['18446744073709551615', 18446744073709552000, 'more than 64 bits: rounded as by the API server'],
  ['-9223372036854775809', -9223372036854775808, 'more than 64 bits, negative'],
  ['["\\u0023i1", 9007199254740993]', ['#i1', 9007199254740993n], 'a mark with an escape sequence'],
  ['9007199254740993.0', 9007199254740992, 'a decimal is a number of double precision'],
  ['9007199254740993e0', 9007199254740992, 'so is a number with an exponent'],
  ['1e0000000000000001', 10, 'digits of an exponent'],
  ['[1e-1000000000000000]', [0], 'digits of a negative exponent'],
  ['{"a" : 9007199254740993\n}', { a: 9007199254740993n }, 'with spaces'],
  [
    '{"__proto__":9007199254740993}',
    JSON.parse('{"__proto__":1}', (key, value) => (key === '' ? value : 9007199254740993n)),
    'a key that is special in JavaScript',
  ],
];

describe('the JSON reader', () => {
  for (const [text, value, why] of exact) {
    it(`reads and prints ${text}: ${why}`, () => {
      assert.deepEqual(parseJson(text), value);
      assert.equal(JSON.stringify(parseJson(text)), text);
    });
  }

  for (const [text, value, why] of other) {
    it(`reads ${JSON.stringify(text)}: ${why}`, () => assert.deepEqual(parseJson(text), value));
  }

  it('reads a key twice as JSON.parse does: the last value counts', () => {
    assert.deepEqual(parseJson('{"a":9007199254740993,"a":"#"}'), { a: '#' });
  });

  it('refuses what JSON.parse refuses', () => {
    const wrong = [
      '9007199254740993a',
      '{9007199254740993:1}',
      '[1,09007199254740993]',
      '{"a":- 9007199254740993}',
      '',
    ];
    for (const text of wrong) assert.throws(() => parseJson(text), SyntaxError, text);
  });

  it('reads what JSON.stringify prints', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = JSON.stringify(value);
        assert.deepEqual(parseJson(text), value);
        // One long integer makes the exact reader read the rest.
        assert.deepEqual(parseJson(`[9007199254740993,${text}]`), [9007199254740993n, value]);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads every integer of 64 bits and prints the same digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(20), (integer, spaces) => {
        const text = `{"a":${' '.repeat(spaces)}[${integer}]}`;
        assert.equal(JSON.stringify(parseJson(text)), `{"a":[${integer}]}`);
        assert.equal(String(integerValue(integer)), String(integer));
      }),
      { numRuns: 5000 },
    );
  });

  it('reads deep nesting', () => {
    const levels = 200_000;
    let value = parseJson(`${'['.repeat(levels)}9007199254740993${']'.repeat(levels)}`);
    while (Array.isArray(value)) value = value[0] ?? null;
    assert.equal(value, 9007199254740993n);
  });

  it('reads millions of values with one long integer in little time and memory', () => {
    const text = `[9007199254740993${',""'.repeat(2_000_000)}]`;
    const start = performance.now();
    assert.equal(parseJson(text).length, 2_000_001);
    // Some 0.3 s; a call for every string took 3.3 s.
    assert.ok(performance.now() - start < 3000);
  });

  it('needs linear time for text that is not JSON', () => {
    const start = performance.now();
    assert.throws(() => parseJson(`[9007199254740993,"${'\\"'.repeat(2_000_000)}`), SyntaxError);
    assert.ok(performance.now() - start < 3000);
  });
});
