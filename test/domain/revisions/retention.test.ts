import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resolve, type KnownRevision } from '../../../src/domain/refs/resolution.ts';
import { requiredBytes, retention, type RetainedRevision } from '../../../src/domain/revisions/retention.ts';

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

/** The same from words that name the spec, as `A A A B`: a revision changes only metadata if the one before has the same spec. */
function withSpecs(words: string): RetainedRevision[] {
  const known: RetainedRevision[] = [];
  for (const [index, word] of words.split(' ').entries()) {
    const hash = word.replace(/[+!]+$/, '');
    const revision = index + 1;
    const before = known.at(-1)?.specSince;
    const specSince = before?.hash === hash ? before : { revision, hash };
    const retiring = word.includes('!') ? { retiring: true } : {};
    known.push({ revision, used: word.includes('+'), specSince, ...retiring });
  }
  return known;
}

/** Limits that only the number of the newest revisions exceeds. */
const limitsOf = (revisions: number) => ({ revisions, lines: 50, bytes: Number.POSITIVE_INFINITY });

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
      assert.deepEqual(retention(known, newestOf(known), limitsOf(limit)), { retire, restore, expire });
    });
  }

  it('retains the first revision of the live version before the live object is recorded', () => {
    const known = revisionsOf('1.0.0-rc.1 - -');
    const live = { revision: 4, version: '1.0.0-rc.1' };
    assert.deepEqual(retention(known, live, limitsOf(1)), { retire: [3, 2], restore: [], expire: [] });
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
        const { retire, expire } = retention(known, newest, limitsOf(limit));
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
        const { retire, restore, expire } = retention(known, newestOf(known), limitsOf(limit));
        const next = known
          .filter(({ revision }) => ![...retire, ...expire].includes(revision))
          .map((revision) => (restore.includes(revision.revision) ? { ...revision, retiring: false } : revision));
        assert.deepEqual(retention(next, newestOf(known), limitsOf(limit)), { retire: [], restore: [], expire: [] });
      }),
    );
  });

  it('retains the highest releases of the lines with the newest releases', () => {
    const known = revisionsOf('1.0.0 1.1.0 1.2.0 1.0.1 - -');
    const limits = { ...limitsOf(1), lines: 2 };
    assert.deepEqual(retention(known, newestOf(known), limits).retire, [5, 2, 1], '1.2.0 and 1.0.1 are the newest');
  });

  it('of 60 published minor lines retains the newest 50', () => {
    const known = revisionsOf(Array.from({ length: 60 }, (_, index) => `0.${index}.0`).join(' '));
    const { retire } = retention(known, newestOf(known), limitsOf(20));
    assert.deepEqual(
      retire,
      Array.from({ length: 10 }, (_, index) => 10 - index),
    );
  });

  const sized = (words: string, bytes: number) => revisionsOf(words).map((revision) => ({ ...revision, bytes }));
  const byteCases: { revisions: string; bytes: number; retire: number[]; why: string }[] = [
    { revisions: '- - - -', bytes: 40, retire: [], why: 'everything fits' },
    { revisions: '- - - -', bytes: 29, retire: [2, 1], why: 'the oldest is pruned first' },
    { revisions: '- - - -', bytes: 0, retire: [3, 2, 1], why: 'the newest is always retained' },
    { revisions: '-+ - - -', bytes: 20, retire: [3, 2], why: 'what is in use is always retained' },
    { revisions: '-+ -+ -+ -', bytes: 20, retire: [], why: 'even if it exceeds the limit' },
    {
      revisions: '1.0.0 1.0.0 - 1.0.0',
      bytes: 20,
      retire: [3, 2],
      why: 'the newest has a version, which refers to revision 1',
    },
    {
      revisions: '1.0.0 - 1.0.0 -',
      bytes: 20,
      retire: [3, 2, 1],
      why: 'a version is retained with its first revision, or not at all',
    },
  ];
  for (const { revisions, bytes, retire, why } of byteCases) {
    it(`of ${revisions} with 10 bytes each and at most ${bytes}: ${why}`, () => {
      const known = sized(revisions, 10);
      assert.deepEqual(retention(known, newestOf(known), { ...limitsOf(20), bytes }).retire, retire);
      assert.deepEqual(
        retention(known, newestOf(known), { ...limitsOf(0), bytes }).retire,
        retire,
        'bytes limit 0 too',
      );
    });
  }

  const specCases: { specs: string; limit?: number; bytes?: number; retire: number[]; why: string }[] = [
    { specs: 'A B B B B B', limit: 2, retire: [4, 3], why: 'each group has its own limit' },
    { specs: 'A B B B B B', limit: 2, bytes: 30, retire: [5, 4, 3], why: 'only those without a change of the spec go' },
    { specs: 'A B B C', limit: 0, bytes: 30, retire: [3], why: 'also without a limit of their number' },
    {
      specs: 'A A B C',
      limit: 2,
      retire: [2, 1],
      why: 'one is retained only with the revision that introduced its spec',
    },
    { specs: 'A A+ A B C', limit: 2, retire: [3, 1], why: 'unless it is in use' },
    { specs: 'A B A B', limit: 3, retire: [1], why: 'a change back is a change' },
  ];
  for (const { specs, limit = 20, bytes = Number.POSITIVE_INFINITY, retire, why } of specCases) {
    it(`of ${specs} with limit ${limit} and at most ${bytes} bytes: ${why}`, () => {
      const known = withSpecs(specs).map((revision) => ({ ...revision, bytes: 10 }));
      const plan = retention(known, known.at(-1) ?? assert.fail(), { revisions: limit, lines: 50, bytes });
      assert.deepEqual(plan, { retire, restore: [], expire: [] });
    });
  }

  it('never prunes one of the newest changes of the spec because of edits that change only metadata', () => {
    const edits = fc.array(fc.constantFrom('spec', 'label', 'label', 'label', 'label'), { maxLength: 120 });
    const drawn = fc.record({
      edits,
      limit: fc.integer({ min: 1, max: 6 }),
      bytes: fc.integer({ min: 100, max: 400 }),
    });
    fc.assert(
      fc.property(drawn, ({ edits: kinds, limit, bytes }) => {
        let recorded: RetainedRevision[] = [];
        const changes: number[] = [];
        for (const [index, edit] of ['spec', ...kinds].entries()) {
          const revision = index + 1;
          if (edit === 'spec') changes.push(revision);
          const specSince = { revision: changes.at(-1) ?? 0, hash: String(changes.length) };
          recorded.push({ revision, used: false, bytes: 10, specSince });
          const newest = recorded.at(-1) ?? assert.fail();
          const limits = { revisions: limit, lines: 50, bytes };
          const { retire, restore } = retention(recorded, newest, limits);
          assert.deepEqual(restore, []);
          recorded = recorded.filter((item) => !retire.includes(item.revision));
          assert.deepEqual(retention(recorded, newest, limits), { retire: [], restore: [], expire: [] });
          const retained = new Set(recorded.map((item) => item.revision));
          assert.ok(
            changes.slice(-limit).every((change) => retained.has(change)),
            `after ${kinds.join()}`,
          );
          assert.ok(recorded.length <= 2 * limit + 1);
        }
      }),
    );
  });

  it('retains more than the bytes only if that is required', () => {
    fc.assert(
      fc.property(
        histories,
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 0, max: 300 }),
        (drawn, limit, bytes) => {
          const known = drawn.map(({ version, ...rest }, index) => {
            return {
              revision: index + 1,
              bytes: ((index * 7) % 23) + 1,
              ...rest,
              ...(version === undefined ? {} : { version }),
            };
          });
          const newest = { ...newestOf(known), bytes: known.at(-1)?.bytes ?? 0 };
          const { retire, expire } = retention(known, newest, { revisions: limit, lines: 2, bytes });
          const removed = new Set([...retire, ...expire]);
          const retained = known.filter(({ revision }) => !removed.has(revision));
          const sum = retained.reduce((total, item) => total + item.bytes, 0);
          assert.ok(sum <= Math.max(bytes, requiredBytes(known, newest)));
          assert.ok(known.every(({ used, revision }) => !used || !removed.has(revision)));
          assert.ok(!removed.has(newest.revision));
          for (const { version } of retained) {
            const first = known.find((item) => item.version === version && version !== undefined);
            assert.ok(first === undefined || !removed.has(first.revision), 'a version keeps its first revision');
          }
        },
      ),
    );
  });
});

function resolvedRevision(resolution: ReturnType<typeof resolve>): unknown {
  return resolution.state === 'resolved' ? resolution.revision : resolution.state;
}
