import assert from 'node:assert/strict';
import {
  keyText,
  losesDigits,
  plainScalar,
  shortTag,
  taggedScalar,
  type Scalar,
} from '../../../src/cli/files/yaml-scalar.ts';

/** The results of `kubectl annotate --local -f FILE x=y -o json` with kubectl 1.32, compared for 182 scalars and 4000 random ones. */
const plain: { why: string; texts: string[]; is: Scalar }[] = [
  { why: 'words of YAML 1.1', texts: ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True'], is: true },
  { why: 'words of YAML 1.1', texts: ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'FALSE'], is: false },
  { why: 'nothing', texts: ['', '~', 'null', 'Null', 'NULL'], is: null },
  { why: 'eight in octal', texts: ['010', '0o10', '0O10', '+010', '0_10', '0o1_0'], is: 8n },
  { why: 'not an octal number, so a decimal number without its point', texts: ['08', '0_8', '8.', '008'], is: 8 },
  { why: 'another base', texts: ['0x1F', '0X1f', '0b11111', '0B11111', '31', '+31', '0x_1F'], is: 31n },
  { why: 'another base with a sign', texts: ['-0x1F', '-0b11111', '-037', '-31', '-_31'], is: -31n },
  { why: 'underscores', texts: ['1_000', '1__000', '1000_', '+1_000'], is: 1000n },
  { why: 'numbers with a point or an exponent', texts: ['1e3', '1E3', '1.e3', '+1e3', '1_000.0', '1000.'], is: 1000 },
  { why: 'a point in front', texts: ['.5', '+.5', '0.5', '.5_0', '5e-1'], is: 0.5 },
  { why: 'the largest of 64 bits', texts: ['18446744073709551615', '0xFFFFFFFFFFFFFFFF'], is: 2n ** 64n - 1n },
  { why: 'more than 64 bits', texts: ['18446744073709551616'], is: 2 ** 64 },
  { why: 'a signed number has 63 bits', texts: ['-9223372036854775808'], is: -(2n ** 63n) },
  { why: 'below the smallest number of 63 bits', texts: ['-9223372036854775809'], is: -(2 ** 63) },
  { why: 'infinity', texts: ['.inf', '.Inf', '+.INF'], is: Infinity },
  { why: 'infinity with a sign', texts: ['-.inf', '-.Inf'], is: -Infinity },
  { why: 'not a number', texts: ['.nan', '.NaN', '.NAN'], is: NaN },
];

const texts: { why: string; texts: string[] }[] = [
  { why: 'words in other cases', texts: ['tRUE', 'nULL', 'yEs', 'oN', 'inf', 'NaN', '-.nan'] },
  { why: 'base 60, which go-yaml does not have', texts: ['1:30', '190:20:30', '190:20:30.15'] },
  { why: 'dates', texts: ['2001-01-01', '2001-1-1', '2001-01-01T10:00:00Z', '2001-12-14 21:59:43.10 -5'] },
  { why: 'signs and marks', texts: ['=', '<<', '+', '-', '.', '..', '_1', '1,000', '1.2.3'] },
  { why: 'half a number', texts: ['0b', '0x', '0o', '0b2', '0o8', '0xG', '00x1', '1.e', '.e3', '._5', '.5__0'] },
  { why: 'floats in hexadecimal', texts: ['0x1p3', '0x1.8p1'] },
  { why: 'numbers that are too large', texts: ['1e400', '0x1FFFFFFFFFFFFFFFFF'] },
];

const str = 'tag:yaml.org,2002:';
const tagged: { text: string; tag: string; is: Scalar | undefined }[] = [
  { text: 'no', tag: `${str}str`, is: 'no' },
  { text: 'no', tag: '!', is: 'no' },
  { text: 'bar', tag: '!foo', is: 'bar' },
  { text: '2001-01-01', tag: `${str}timestamp`, is: '2001-01-01' },
  { text: '0x10', tag: `${str}int`, is: 16n },
  { text: '1.5', tag: `${str}int`, is: undefined },
  { text: '1', tag: `${str}float`, is: 1 },
  { text: '1.5', tag: `${str}float`, is: 1.5 },
  { text: 'x', tag: `${str}float`, is: undefined },
  { text: 'yes', tag: `${str}bool`, is: true },
  { text: '1', tag: `${str}bool`, is: undefined },
  { text: '', tag: `${str}null`, is: null },
  { text: 'x', tag: `${str}null`, is: undefined },
  { text: 'aGVsbG8=', tag: `${str}binary`, is: 'hello' },
  { text: '*', tag: `${str}binary`, is: undefined },
];

const keys: { key: string; is: string | undefined }[] = [
  { key: 'name', is: 'name' },
  { key: 'on', is: 'true' },
  { key: 'N', is: 'false' },
  { key: '010', is: '8' },
  { key: '9007199254740993', is: '9007199254740993' },
  { key: '18446744073709551615', is: undefined },
  { key: '~', is: undefined },
  { key: '1.50', is: '1.5' },
  { key: '0.1', is: '0.1' },
  { key: '100000.5', is: '100000.5' },
  { key: '1e6', is: '1e+06' },
  { key: '1e-5', is: '1e-05' },
  { key: '123456789.5', is: '1.2345679e+08' },
  { key: '16777217.0', is: '1.6777216e+07' },
  { key: '-0.0', is: '-0' },
  { key: '.inf', is: '.inf' },
  { key: '-.inf', is: '-.inf' },
  { key: '.nan', is: '.nan' },
  { key: '2001-01-01', is: '2001-01-01' },
];

/** Numbers in files, and what the API server stores. */
const stored: { text: string; stored: number | bigint; loses: boolean; why: string }[] = [
  { text: '1.10', stored: 1.1, loses: true, why: 'a zero at the end, as in a version' },
  { text: '1.0', stored: 1, loses: true, why: 'a decimal that becomes an integer' },
  { text: '1.5', stored: 1.5, loses: false, why: 'a decimal' },
  { text: '-0.50', stored: -0.5, loses: true, why: 'a negative decimal with a zero at the end' },
  { text: '.5', stored: 0.5, loses: false, why: 'a decimal without a whole part' },
  { text: '+1_000.25', stored: 1000.25, loses: false, why: 'a sign and underscores' },
  { text: '1e3', stored: 1000, loses: false, why: 'an exponent' },
  { text: '1.50e3', stored: 1500, loses: false, why: 'zeros before an exponent' },
  { text: '1e-7', stored: 1e-7, loses: false, why: 'a number that is printed with an exponent' },
  {
    text: '123456789012345678901e2',
    stored: 1.2345678901234568e22,
    loses: true,
    why: 'an exponent and too many digits',
  },
  { text: '0.1234567890123456789', stored: 0.12345678901234568, loses: true, why: 'more than 17 digits' },
  { text: '0.0', stored: 0, loses: true, why: 'zero with a decimal' },
  { text: '0e5', stored: 0, loses: false, why: 'zero' },
  { text: '9007199254740993', stored: 9007199254740993n, loses: false, why: 'an integer of 64 bits' },
  { text: '0x1f', stored: 31, loses: false, why: 'an integer of another base' },
  { text: '18446744073709551615', stored: 18446744073709552000, loses: true, why: 'more than 64 bits' },
  {
    text: '100000000000000000000',
    stored: 100000000000000000000,
    loses: false,
    why: 'a large integer with few digits',
  },
  { text: '123456789012345678901', stored: 123456789012345680000, loses: true, why: 'a larger integer' },
  { text: 'true', stored: 1, loses: false, why: 'no number' },
];

describe('the value of a YAML scalar in kubectl', () => {
  for (const { why, texts: all, is } of plain) {
    for (const text of all) it(`${JSON.stringify(text)} is ${is} (${why})`, () => assert.equal(plainScalar(text), is));
  }

  for (const { why, texts: all } of texts) {
    for (const text of all) it(`${text} is a string (${why})`, () => assert.equal(plainScalar(text), text));
  }

  for (const { text, tag, is } of tagged) {
    it(`${shortTag(tag)} ${JSON.stringify(text)} is ${is === undefined ? 'refused' : String(is)}`, () =>
      assert.equal(taggedScalar(text, tag), is));
  }

  for (const { key, is } of keys) {
    it(`as a key, ${key} is ${is ?? 'refused'}`, () => assert.equal(keyText(plainScalar(key)), is));
  }

  for (const { text, stored: value, loses, why } of stored) {
    it(`${text} ${loses ? 'loses' : 'keeps'} its digits: ${why}`, () => {
      assert.equal(losesDigits(text, value), loses);
    });
  }

  it('writes tags in their short form', () => {
    assert.equal(shortTag('tag:yaml.org,2002:int'), '!!int');
    assert.equal(shortTag('!foo'), '!foo');
  });
});
