import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  historyOfTerminating,
  isPublishedMajor,
  resolve,
  type History,
  type KnownRevision,
} from '../../../src/domain/refs/resolution.ts';
import { parseRef } from '../../../src/domain/refs/version-ref.ts';

/** Revisions by their versions, from 1; `undefined` for one without a version. The last is the live object. */
function historyOf(...versions: (string | undefined)[]): History {
  const recorded = versions.map((version, index): KnownRevision =>
    version === undefined ? { revision: index + 1 } : { revision: index + 1, version },
  );
  return { newest: recorded.at(-1) ?? { revision: 1 }, recorded };
}

function resolved(ref: string, history: History) {
  const parsed = parseRef(ref);
  assert.ok(parsed.ok, ref);
  const found = resolve(parsed.ref.selector, history);
  if (found.state !== 'resolved') return found.state;
  return `v${found.revision}${found.version === undefined ? '' : ` ${found.version}`}${found.floating ? ' floating' : ''}`;
}

const plain = historyOf(undefined, undefined, undefined);
const versioned = historyOf('1.3.5', '1.3.6', '1.4.0', '3.0.0', '1.3.7-rc.1');
/** Version 2.1.4 was published, and its revision is pruned. */
const forgotten: History = { ...historyOf(undefined, undefined, undefined), published: ['2.1.4', '3.0.0-rc.1'] };
const pruned: History = { newest: { revision: 9 }, recorded: [{ revision: 7 }, { revision: 8, retiring: true }] };

const cases: { ref: string; history: History; means: string; why: string }[] = [
  { ref: 'primary', history: plain, means: 'v3 floating', why: 'a plain name means the newest revision' },
  { ref: 'primary', history: versioned, means: 'v5 1.3.7-rc.1 floating', why: 'the newest, even a prerelease' },
  { ref: 'primary@v2', history: plain, means: 'v2', why: 'without versions a number is a pinned revision' },
  { ref: 'primary@v3', history: plain, means: 'v3', why: 'the live object is a revision as well' },
  { ref: 'primary@v3', history: versioned, means: 'v4 3.0.0 floating', why: 'with versions 3.x.y it is their highest' },
  { ref: 'primary@v1', history: versioned, means: 'v3 1.4.0 floating', why: 'the highest of a major' },
  { ref: 'primary@v2', history: versioned, means: 'v2 1.3.6', why: 'no versions 2.x.y, so revision 2' },
  { ref: 'primary@v4', history: plain, means: 'pending', why: 'it is above the newest, and may still be created' },
  { ref: 'primary@v7', history: pruned, means: 'v7', why: 'an old revision that is retained' },
  { ref: 'primary@v6', history: pruned, means: 'impossible', why: 'it was pruned' },
  {
    ref: 'primary@v8',
    history: pruned,
    means: 'v8',
    why: 'it is marked for pruning and still exists: only a new pin is denied',
  },
  { ref: 'primary@v1.3', history: versioned, means: 'v2 1.3.6 floating', why: 'a range does not include prereleases' },
  { ref: 'primary@v1.4', history: versioned, means: 'v3 1.4.0 floating', why: 'a line with one version' },
  { ref: 'primary@v1.5', history: versioned, means: 'pending', why: 'a line that is not published yet' },
  { ref: 'primary@v1.3.6', history: versioned, means: 'v2 1.3.6', why: 'a version is pinned' },
  { ref: 'primary@v1.3.7-rc.1', history: versioned, means: 'v5 1.3.7-rc.1', why: 'a prerelease by its full name' },
  { ref: 'primary@v1.3.4', history: versioned, means: 'impossible', why: 'below the highest of its line' },
  { ref: 'primary@v1.3.6-rc.1', history: versioned, means: 'impossible', why: 'a prerelease of what is published' },
  { ref: 'primary@v1.3.7', history: versioned, means: 'pending', why: 'above the highest of its line' },
  { ref: 'primary@v2.1.4', history: forgotten, means: 'impossible', why: 'its revision was pruned' },
  { ref: 'primary@v2.1.3', history: forgotten, means: 'impossible', why: 'below a version whose revision was pruned' },
  { ref: 'primary@v2.1.5', history: forgotten, means: 'pending', why: 'it may still be published' },
  { ref: 'primary@v2.1', history: forgotten, means: 'pending', why: 'the line may get another version' },
  { ref: 'primary@v2', history: forgotten, means: 'pending', why: 'a range never becomes the number of a revision' },
  { ref: 'primary@v3', history: forgotten, means: 'v3', why: 'only a prerelease was published' },
  { ref: 'primary@v9.0.0', history: versioned, means: 'pending', why: 'a line without versions' },
];

describe('what a ref resolves to', () => {
  for (const { ref, history, means, why } of cases) {
    it(`${ref} means ${means}: ${why}`, () => assert.equal(resolved(ref, history), means));
  }

  it('says that a version was pruned', () => {
    const found = resolve({ kind: 'line', major: 2, minor: 1 }, forgotten);
    assert.equal(found.state === 'pending' && found.problem, 'no version 2.1.x is retained');
    const exact = resolve({ kind: 'version', version: '2.1.4' }, forgotten);
    assert.equal(exact.state === 'impossible' && exact.problem, 'version 2.1.4 has been pruned');
  });

  it('counts the live object before it is recorded', () => {
    const history: History = { newest: { revision: 1, version: '1.0.0' }, recorded: [] };
    assert.equal(resolved('primary@v1.0.0', history), 'v1 1.0.0');
    assert.equal(resolved('primary@v1', history), 'v1 1.0.0 floating');
    assert.equal(resolved('primary@v1', { newest: { revision: 1 }, recorded: [] }), 'v1');
  });

  it('means the first revision of a version: later ones differ in labels and annotations only', () => {
    const history = historyOf('1.0.0', '1.0.1', '1.0.1', '1.0.0');
    assert.equal(resolved('primary@v1.0.1', history), 'v2 1.0.1');
    assert.equal(resolved('primary@v1.0.0', history), 'v1 1.0.0');
    assert.equal(resolved('primary@v1.0', history), 'v2 1.0.1 floating');
  });

  it('ignores malformed versions', () => {
    const history = historyOf('nonsense', '1.0.0');
    assert.equal(resolved('primary@v1', history), 'v2 1.0.0 floating');
    assert.equal(resolved('primary@v1.0', history), 'v2 1.0.0 floating');
  });

  it('lists at most ten existing revisions, newest first', () => {
    const found = resolve({ kind: 'number', number: 99 }, historyOf(...Array.from({ length: 12 }, () => undefined)));
    assert.ok(found.state === 'pending');
    assert.match(found.exists, /^v12, v11, .*v3 and 2 more$/);
  });

  it('does not depend on the order in which revisions are known', () => {
    const versions = fc.array(
      fc.option(fc.constantFrom('1.0.0', '1.0.1', '1.1.0', '2.0.0', '2.0.0-a'), { nil: undefined }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(versions, fc.constantFrom('p', 'p@v1', 'p@v2', 'p@v1.0', 'p@v1.0.1', 'p@v2.0.0-a'), (given, ref) => {
        const history = historyOf(...given);
        const reversed = { ...history, recorded: history.recorded.toReversed() };
        assert.equal(resolved(ref, reversed), resolved(ref, history));
      }),
    );
  });

  it('never changes the meaning of a pinned ref, except by the first version of its major', () => {
    const more = fc.array(fc.constantFrom('5.0.0', '5.0.1', '6.0.0', undefined), { maxLength: 5 });
    fc.assert(
      fc.property(more, (later) => {
        const first = [undefined, '4.1.0', undefined];
        for (const ref of ['p@v1', 'p@v3', 'p@v4.1.0']) {
          assert.equal(resolved(ref, historyOf(...first, ...later)), resolved(ref, historyOf(...first)), ref);
        }
      }),
    );
  });
});

describe('the history of a terminating object', () => {
  const [one, two, retiring] = [{ revision: 1 }, { revision: 2, version: '1.0.0' }, { revision: 2, retiring: true }];
  const rows: { stamped: number; recorded: KnownRevision[]; newest: KnownRevision | undefined; why: string }[] = [
    { stamped: 2, recorded: [one, two], newest: two, why: 'the newest revision is recorded' },
    { stamped: 2, recorded: [two, one], newest: two, why: 'the order does not matter' },
    {
      stamped: 2,
      recorded: [one, retiring],
      newest: { revision: 2 },
      why: 'the live object is not about to be pruned',
    },
    { stamped: 1, recorded: [], newest: undefined, why: 'nothing is recorded' },
    { stamped: 2, recorded: [one], newest: undefined, why: 'a floating ref must not move to an older revision' },
    { stamped: 1, recorded: [one, two], newest: undefined, why: 'the stamp was forged' },
  ];
  for (const { stamped, recorded, newest, why } of rows) {
    it(`stamped v${stamped} has ${newest === undefined ? 'no newest revision' : 'a newest revision'}: ${why}`, () => {
      const history = historyOfTerminating(stamped, recorded);
      assert.deepEqual(history, newest === undefined ? undefined : { newest, recorded });
    });
  }
});

describe('the major version of a release', () => {
  it('is that of a known revision, or of one that is pruned', () => {
    assert.equal(isPublishedMajor(1, versioned), true);
    assert.equal(isPublishedMajor(3, versioned), true);
    assert.equal(isPublishedMajor(2, versioned), false, 'it is the number of a revision only');
    assert.equal(isPublishedMajor(2, forgotten), true, 'its revision is pruned');
    assert.equal(isPublishedMajor(3, forgotten), false, 'a prerelease is no release');
    assert.equal(isPublishedMajor(1, plain), false);
  });
});
