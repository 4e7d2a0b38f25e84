import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resolve, type KnownRevision } from '../../../src/domain/refs/resolution.ts';
import { retention, type RetainedRevision } from '../../../src/domain/revisions/retention.ts';

/** Revisions 1, 2, … from words: `-` or a version, followed by `+` if it is in use and by `!` if it is retiring. */
function revisionsOf(words: string): RetainedRevision[] {
  return words.split(' ').map((word, index): RetainedRevision => {
    const version = word.replace(/[+!]+$/, '');
    return {
      revision: index + 1,
      used: word.includes('+'),
      ...(version === '-' ? {} : { version }),
      ...(word.includes('!') ? { retiring: true } : {}),
    };
  });
}

function newestOf(revisions: readonly RetainedRevision[]): KnownRevision {
  const { revision, version } = revisions.at(-1) ?? assert.fail();
  return { revision, ...(version === undefined ? {} : { version }) };
}

const cases: {
  revisions: string;
  limit: number;
  retire?: number[];
  restore?: number[];
  expire?: number[];
  why: string;
}[] = [
  { revisions: '- - -', limit: 3, why: 'there are no more than the limit' },
  { revisions: '- - - -', limit: 3, retire: [1], why: 'the oldest retires' },
  { revisions: '-+ - - -', limit: 2, retire: [2], why: 'a used revision is retained' },
  { revisions: '- - - -', limit: 0, why: '0 is no limit' },
  { revisions: '-! - - -', limit: 0, restore: [1], why: 'the limit was lifted' },
  { revisions: '-! - - -', limit: 3, expire: [1], why: 'it was already marked' },
  { revisions: '-!+ - - -', limit: 3, restore: [1], why: 'it was pinned before the mark was seen' },
  { revisions: '1.0.0 1.0.1 - - -', limit: 1, retire: [4, 3, 1], why: 'the highest of its line is retained' },
  { revisions: '1.0.0 1.1.0 - -', limit: 1, retire: [3], why: 'each line has a highest' },
  { revisions: '1.0.0 1.0.0 1.0.0 - -', limit: 1, retire: [4, 3, 2], why: 'a version refers to its first revision' },
  { revisions: '1.0.0-rc.1 - -', limit: 1, retire: [2, 1], why: 'a prerelease is not the highest of a line' },
  { revisions: '1.0.0-rc.1+ - -', limit: 1, retire: [2], why: 'a used prerelease is retained' },
  {
    revisions: '1.0.0 1.0.1 1.0.0',
    limit: 1,
    why: 'the first revision of the newest version is retained after a revert',
  },
];

describe('the retention of revisions', () => {
  for (const { revisions, limit, retire = [], restore = [], expire = [], why } of cases) {
    it(`of ${revisions} with limit ${limit}: ${why}`, () => {
      const known = revisionsOf(revisions);
      assert.deepEqual(retention(known, newestOf(known), limit), { retire, restore, expire });
    });
  }

  it('retains the first revision of the live version before the live object is recorded', () => {
    const known = revisionsOf('1.0.0-rc.1 - -');
    const live = { revision: 4, version: '1.0.0-rc.1' };
    assert.deepEqual(retention(known, live, 1), { retire: [3, 2], restore: [], expire: [] });
  });

  const histories = fc.array(
    fc.record({
      version: fc.option(fc.constantFrom('1.0.0', '1.0.1', '1.1.0', '2.0.0', '2.0.1-rc.1'), { nil: undefined }),
      used: fc.boolean(),
      retiring: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  );

  it('retains everything in use, the newest revisions, and what ranges and retained versions resolve to', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 8 }), (drawn, limit) => {
        const known = drawn.map(({ version, ...rest }, index): RetainedRevision => {
          return { revision: index + 1, ...rest, ...(version === undefined ? {} : { version }) };
        });
        const newest = newestOf(known);
        const { retire, expire } = retention(known, newest, limit);
        const removed = new Set([...retire, ...expire]);
        const retained = known.filter(({ revision }) => !removed.has(revision));
        assert.ok(retained.length >= Math.min(limit, known.length));
        assert.ok(known.filter(({ used }) => used).every(({ revision }) => !removed.has(revision)));
        const before = { newest, recorded: known };
        const after = { newest, recorded: retained };
        const ranges = [...new Set(known.map(({ version }) => version?.slice(0, 3)))].filter(
          (line) => line !== undefined,
        );
        for (const line of ranges) {
          const [major = 0, minor = 0] = line.split('.').map(Number);
          const selector = { kind: 'line', major, minor } as const;
          assert.deepEqual(resolvedRevision(resolve(selector, after)), resolvedRevision(resolve(selector, before)));
        }
        for (const { version } of retained) {
          if (version === undefined) continue;
          const selector = { kind: 'version', version } as const;
          assert.deepEqual(resolvedRevision(resolve(selector, after)), resolvedRevision(resolve(selector, before)));
        }
      }),
    );
  });

  it('changes nothing more once it is carried out', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 8 }), (drawn, limit) => {
        const known = drawn.map(({ version, ...rest }, index): RetainedRevision => {
          return { revision: index + 1, ...rest, ...(version === undefined ? {} : { version }) };
        });
        const { retire, restore, expire } = retention(known, newestOf(known), limit);
        const next = known
          .filter(({ revision }) => ![...retire, ...expire].includes(revision))
          .map((revision) => (restore.includes(revision.revision) ? { ...revision, retiring: false } : revision));
        assert.deepEqual(retention(next, newestOf(known), limit), { retire: [], restore: [], expire: [] });
      }),
    );
  });
});

function resolvedRevision(resolution: ReturnType<typeof resolve>): unknown {
  return resolution.state === 'resolved' ? resolution.revision : resolution.state;
}
