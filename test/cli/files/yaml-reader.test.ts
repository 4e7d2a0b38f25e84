import assert from 'node:assert/strict';
import { isJsonObject } from '../../../src/api/object.ts';
import { readYaml } from '../../../src/cli/files/yaml-reader.ts';
import { UsageError } from '../../../src/usage-error.ts';

const values = (text: string) => readYaml(text, 'a.yaml').map(({ value }) => value);

/** The results of kubectl 1.32, unless a row states something else. */
const read: { what: string; text: string; is: unknown }[] = [
  {
    what: 'words, numbers and strings',
    text: '{a: no, b: "no", c: 010, d: 1:30, e: 2001-01-01, f: , g: !!str 1, h: -0.0}',
    is: { a: false, b: 'no', c: 8, d: '1:30', e: '2001-01-01', f: null, g: '1', h: 0 },
  },
  { what: 'blocks of text', text: 'a: |\n  no\nb: >-\n  1\n', is: { a: 'no\n', b: '1' } },
  { what: 'keys that are not strings', text: '{on: 1, 010: 2, 1.50: 3}', is: { true: 1, 8: 2, 1.5: 3 } },
  {
    what: 'a merge before a key: the key takes precedence',
    text: 'x: &x {a: 1, b: 2}\nout: {<<: *x, a: 3}',
    is: { a: 3, b: 2 },
  },
  {
    what: 'a merge after a key: the merge takes precedence',
    text: 'x: &x {a: 1, b: 2}\nout: {a: 3, <<: *x}',
    is: { a: 1, b: 2 },
  },
  {
    what: 'a merge of several maps: the first takes precedence',
    text: 'out: {<<: [{a: 1}, {a: 2, b: 2}]}',
    is: { a: 1, b: 2 },
  },
  { what: 'a merge with a tag', text: 'out: {!!merge "<<": {a: 1}}', is: { a: 1 } },
  { what: 'two merges', text: 'out: {<<: {a: 1}, <<: {b: 2}}', is: { a: 1, b: 2 } },
  { what: 'a merge key in quotes, which is an ordinary key', text: 'out: {"<<": {a: 1}}', is: { '<<': { a: 1 } } },
  {
    what: 'an anchor that is set again',
    text: 'out: {a: &a {b: &b 1}, c: &b 2, d: *a, e: *b}',
    is: { a: { b: 1 }, c: 2, d: { b: 1 }, e: 2 },
  },
  { what: 'an alias as a key', text: 'out: {a: &a 010, *a : 1}', is: { a: 8, 8: 1 } },
  {
    what: 'sets and lists with a tag',
    text: 'out: {a: !!set {x}, b: !!omap [c: 1]}',
    is: { a: { x: null }, b: [{ c: 1 }] },
  },
  { what: '__proto__ as an ordinary key', text: 'out: {__proto__: {a: 1}}', is: JSON.parse('{"__proto__": {"a": 1}}') },
  { what: 'JSON with tabs', text: '{\n\t"out": {\n\t\t"a": [1,\n\t\t2]\n\t}\n}\n', is: { a: [1, 2] } },
];

const bomb = Array.from({ length: 20 }, (_, n) => `x${n}: &x${n} [${n === 0 ? '1' : `*x${n - 1}, *x${n - 1}`}]`);

/** With the line and the reason. */
const refused: { what: string; text: string; says: RegExp }[] = [
  { what: 'broken YAML', text: 'a: 1\nb: [', says: /^a\.yaml:2: / },
  {
    what: 'an alias without an anchor',
    text: 'a: 1\nb: *undefined',
    says: /^a\.yaml:2: \*undefined: there is no anchor/,
  },
  { what: 'an alias before its anchor', text: 'a: *b\nb: &b 1', says: /^a\.yaml:1: \*b: there is no anchor/ },
  { what: 'an anchor of another document', text: 'a: &a 1\n---\nb: *a', says: /^a\.yaml:3: \*a: there is no anchor/ },
  { what: 'an alias in itself', text: 'a: 1\nb: &b\n  c: *b', says: /^a\.yaml:3: \*b is inside/ },
  { what: 'a bomb of aliases', text: bomb.join('\n'), says: /^a\.yaml:\d+: \*x\d+: aliases expand to a larger/ },
  { what: 'a list as a key', text: 'a: 1\n? [b]\n: 1', says: /^a\.yaml:2: a key must be a string, not a list/ },
  { what: 'a map as a key', text: 'a: 1\n? {b: 1}\n: 1', says: /^a\.yaml:2: a key must be a string, not a map/ },
  { what: 'nothing as a key', text: 'a: 1\n~: 1', says: /^a\.yaml:2: a key must be a string, not null/ },
  { what: 'an alias for a list as a key', text: 'a: &a [1]\n*a : 1', says: /^a\.yaml:2: a key must be a string/ },
  { what: 'a key that is defined twice', text: 'a: 1\na: 2', says: /^a\.yaml:2: the key "a" is defined twice.*unique/ },
  { what: 'one key written in two ways', text: 'on: 1\ntrue: 2', says: /^a\.yaml:2: the key "true" is defined twice/ },
  { what: 'a merge of a number', text: 'a: 1\n<<: 1', says: /^a\.yaml:2: << takes a map/ },
  { what: 'a merge of a list in a list', text: 'a: 1\n<<: [[{a: 1}]]', says: /^a\.yaml:2: << takes a map/ },
  { what: 'a merge of an alias for a list', text: 'a: &a [{b: 1}]\n<<: *a', says: /^a\.yaml:2: << takes a map/ },
  { what: 'a merge of nothing', text: 'a: 1\n? <<', says: /^a\.yaml:2: << takes a map/ },
  { what: 'infinity', text: 'a: 1\nb: .inf', says: /^a\.yaml:2: Infinity is not a number in JSON/ },
  { what: 'a tag that does not fit', text: 'a: 1\nb: !!int x', says: /^a\.yaml:2: "x" is not !!int/ },
  { what: 'a value that is nested too deeply', text: '['.repeat(20_000), says: /^a\.yaml:1: / },
];

describe('reading YAML', () => {
  for (const { what, text, is } of read) {
    it(`reads ${what} as kubectl does`, () => {
      const [value] = values(text);
      const found = typeof value === 'object' && value !== null && 'out' in value ? value['out'] : value;
      assert.deepEqual(found, is);
    });
  }

  for (const { what, text, says } of refused) {
    it(`refuses ${what}, with the line`, () => {
      assert.throws(
        () => values(text),
        (error) => error instanceof UsageError && says.test(error.message),
      );
    });
  }

  it('accepts as many aliases as kubectl does', () => {
    // kubectl accepts 90 aliases for each of the 1200 other nodes, but not 110.
    const text = (times: number) =>
      `a: &a [${Array(1200).fill('1').join(', ')}]\nb: [${Array(times).fill('*a').join(', ')}]`;
    assert.equal(values(text(90)).length, 1);
    assert.throws(() => values(text(110)), UsageError);
  });

  it('gives the lines of documents and of the items of lists in them', () => {
    const [first, second] = readYaml('# one\na: 1\n---\nitems:\n- 1\n\n- a: 1\n-\n  a: 1\n', 'a.yaml');
    assert.deepEqual([first?.line, second?.line], [2, 4]);
    const { value = null } = second ?? {};
    const items = isJsonObject(value) && Array.isArray(value['items']) ? value['items'] : [];
    assert.deepEqual(second?.linesOf(items), [5, 7, 9]);
    assert.deepEqual(second?.linesOf([]), []);
  });

  it('gives the texts of numbers that lose digits, also through aliases and merges', () => {
    const text =
      'a: &a 1.10\nb: [*a, 2, &m {c: 1.0, d: 3}]\ne: {<<: *m, d: "1.0"}\nf: {<<: *m, c: 5}\ng: 9007199254740993\n';
    const [document] = readYaml(text, 'a.yaml');
    assert.ok(document);
    assert.deepEqual(document.roundedIn(document.value), [
      { path: ['a'], text: '1.10' },
      { path: ['b', 0], text: '1.10' },
      { path: ['b', 2, 'c'], text: '1.0' },
      { path: ['e', 'c'], text: '1.0' },
    ]);
    assert.deepEqual(document.value, {
      a: 1.1,
      b: [1.1, 2, { c: 1, d: 3 }],
      e: { c: 1, d: '1.0' },
      f: { c: 5, d: 3 },
      g: 9007199254740993n,
    });
    assert.deepEqual(readYaml('a: 1.0', 'a.yaml')[0]?.roundedIn('a'), []);
  });

  it('makes Node print no warning', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error) => void warnings.push(warning);
    process.on('warning', listener);
    try {
      assert.throws(() => values('? [a]\n: 1'), UsageError);
      assert.deepEqual(values('a: !foo 1'), [{ a: '1' }]);
      // Node reports warnings in the next tick.
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('warning', listener);
    }
    assert.deepEqual(warnings, []);
  });
});
