import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatRef, parseRef, type RevisionSelector } from '../../../src/domain/refs/version-ref.ts';

const good: { text: string; name: string; selector: RevisionSelector; why: string }[] = [
  { text: 'primary', name: 'primary', selector: { kind: 'newest' }, why: 'a plain name means the newest revision' },
  { text: 'primary@v1', name: 'primary', selector: { kind: 'number', number: 1 }, why: 'the first revision' },
  { text: 'p@v2147483647', name: 'p', selector: { kind: 'number', number: 2147483647 }, why: 'the largest int32' },
  { text: 'primary@v1.3', name: 'primary', selector: { kind: 'line', major: 1, minor: 3 }, why: 'a minor line' },
  { text: 'primary@v0.0', name: 'primary', selector: { kind: 'line', major: 0, minor: 0 }, why: 'zero is a line' },
  { text: 'primary@v1.3.6', name: 'primary', selector: { kind: 'version', version: '1.3.6' }, why: 'a version' },
  { text: 'p@v0.0.0', name: 'p', selector: { kind: 'version', version: '0.0.0' }, why: 'zero is a version' },
  { text: 'p@v2.0.0-rc.1', name: 'p', selector: { kind: 'version', version: '2.0.0-rc.1' }, why: 'a prerelease' },
  { text: 'a.b-c@v3', name: 'a.b-c', selector: { kind: 'number', number: 3 }, why: 'dots and dashes in a name' },
  { text: '1@v1', name: '1', selector: { kind: 'number', number: 1 }, why: 'a name may be a digit' },
  { text: 'constructor', name: 'constructor', selector: { kind: 'newest' }, why: 'it is a valid name' },
  { text: 'a'.repeat(63), name: 'a'.repeat(63), selector: { kind: 'newest' }, why: 'the longest name' },
];

const bad: { text: string; why: string }[] = [
  { text: '', why: 'empty' },
  { text: ' ', why: 'a space' },
  { text: ' primary', why: 'a space at the start' },
  { text: 'primary ', why: 'a space at the end' },
  { text: 'primary@v1 ', why: 'a space after a revision; semver would trim it' },
  { text: 'primary@ v1', why: 'a space inside' },
  { text: 'primary\n', why: 'a newline after a name' },
  { text: 'primary@v1\n', why: 'a newline after a revision, which $ alone lets through' },
  { text: 'primary@v1.3\n', why: 'a newline after a line' },
  { text: 'primary@v1.3.6\n', why: 'a newline after a version' },
  { text: '\tprimary', why: 'a tab' },
  { text: 'primary@V1', why: 'an upper-case V' },
  { text: 'Primary', why: 'an upper-case name' },
  { text: 'primary@v01', why: 'a leading zero in a revision' },
  { text: 'primary@v1.03', why: 'a leading zero in a line' },
  { text: 'primary@v01.3.6', why: 'a leading zero in a version' },
  { text: 'primary@v1.3.06', why: 'a leading zero in a patch' },
  { text: 'primary@v1.0.0-01', why: 'a leading zero in a numeric prerelease' },
  { text: 'primary@v0', why: 'revisions count from 1' },
  { text: 'primary@v-1', why: 'below zero' },
  { text: 'primary@v1e3', why: 'an exponent' },
  { text: 'primary@v0x1', why: 'hexadecimal' },
  { text: 'primary@v１', why: 'a full-width digit; coerce would read it' },
  { text: 'primary@v١', why: 'an Arabic digit' },
  { text: 'primary@v1.３.6', why: 'a full-width digit in a version' },
  { text: 'primary\u200b', why: 'a zero-width space after a name' },
  { text: 'primary@v1\u200b', why: 'a zero-width space after a revision' },
  { text: 'primary@\u200dv1', why: 'a zero-width joiner' },
  { text: '\ufeffprimary', why: 'a byte order mark' },
  { text: 'prim\u0430ry', why: 'a Cyrillic a' },
  { text: 'primary@v9007199254740992', why: '2^53, which a double cannot distinguish from 2^53 + 1' },
  { text: 'primary@v9007199254740993', why: 'above 2^53' },
  { text: 'primary@v2147483648', why: 'above int32, which revisions are' },
  { text: 'primary@v1.9007199254740993.0', why: 'above 2^53 in a version' },
  { text: `primary@v${'9'.repeat(40)}`, why: 'a very large number' },
  { text: 'a'.repeat(300), why: '300 characters' },
  { text: 'a'.repeat(64), why: 'a name of 64 characters is not a label value' },
  { text: `primary@v1.0.0-${'a'.repeat(58)}`, why: 'a version of 64 characters is not a label value' },
  { text: 'primary@^1', why: 'a range of npm' },
  { text: 'primary@v^1', why: 'a range of npm after v' },
  { text: 'primary@v~1.3', why: 'a tilde range' },
  { text: 'primary@v1.x', why: 'an x-range' },
  { text: 'primary@v*', why: 'a wildcard' },
  { text: 'primary@vx', why: 'a letter' },
  { text: 'primary@>=1', why: 'a comparison' },
  { text: 'primary@latest', why: 'a tag' },
  { text: 'primary@vlatest', why: 'a tag after v' },
  { text: 'primary@1', why: 'v is missing' },
  { text: 'primary@1.3.6', why: 'no v before a version' },
  { text: 'primary@', why: 'nothing after @' },
  { text: 'primary@v', why: 'nothing after @v' },
  { text: '@v1', why: 'the name is missing' },
  { text: '@', why: 'only @' },
  { text: 'primary@v1@v2', why: 'two revisions' },
  { text: 'primary@@v1', why: 'two @' },
  { text: 'primary@v1.3.6+build', why: 'build metadata; semver would drop it' },
  { text: 'primary@v1.3.6-rc.1+build', why: 'build metadata after a prerelease' },
  { text: 'primary@v1.', why: 'a dot at the end' },
  { text: 'primary@v.1', why: 'a dot after v' },
  { text: 'primary@v1..3', why: 'two dots' },
  { text: 'primary@v1.2.3.4', why: 'four numbers' },
  { text: 'primary@v1-rc', why: 'a prerelease without a version' },
  { text: 'primary@v1.0.0-', why: 'an empty prerelease' },
  { text: 'primary@v1.0.0-rc..1', why: 'an empty identifier' },
  { text: 'primary@v1.0.0-rc-', why: 'a label value ends in a letter or digit' },
  { text: 'primary@vv1', why: 'two v' },
  { text: '../x', why: 'a path' },
  { text: '..', why: 'a path' },
  { text: 'a/b@v1', why: 'a namespace goes into its own field' },
  { text: 'a/b', why: 'a slash' },
  { text: '-primary', why: 'a dash at the start' },
  { text: 'primary-', why: 'a dash at the end' },
  { text: '.primary', why: 'a dot at the start' },
  { text: 'primary.', why: 'a dot at the end' },
  { text: '__proto__', why: 'not a valid name' },
  { text: 'primary:v1', why: 'a colon, as in images' },
  { text: 'primary#v1', why: 'another separator' },
  { text: 'primary%40v1', why: 'an escaped @' },
  { text: 'primary\0', why: 'a NUL' },
];

describe('reading a ref', () => {
  for (const { text, name, selector, why } of good) {
    it(`reads ${JSON.stringify(text)}: ${why}`, () => {
      assert.deepEqual(parseRef(text), { ok: true, ref: { name, selector } });
    });
  }

  for (const { text, why } of bad) {
    it(`rejects ${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)}: ${why}`, () => {
      const parsed = parseRef(text);
      assert.equal(parsed.ok, false);
      if (!parsed.ok) assert.match(parsed.problem, /^[^\n]+$/, 'one line');
    });
  }

  it('formats every parsed ref as it was', () => {
    for (const { text } of good) {
      const parsed = parseRef(text);
      assert.ok(parsed.ok);
      assert.equal(formatRef(parsed.ref), text);
    }
  });

  it('never throws, and parses what it formats', () => {
    const anything = fc.array(fc.nat(0xffff), { maxLength: 20 }).map((codes) => String.fromCharCode(...codes));
    const texts = fc.oneof(anything, fc.stringMatching(/^[a-z]{1,3}@?v?[0-9.]{0,6}[-+a-z0-9.]{0,5}$/));
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseRef(text);
        if (parsed.ok) assert.equal(formatRef(parsed.ref), text);
      }),
    );
  });

  it('is fast for a long string that almost matches', () => {
    const started = performance.now();
    for (const text of [`a@v1.0.0-${'0.'.repeat(100_000)}`, 'a-'.repeat(100_000), `a@v${'1'.repeat(100_000)}`]) {
      assert.equal(parseRef(text).ok, false);
    }
    assert.ok(performance.now() - started < 1000);
  });
});
