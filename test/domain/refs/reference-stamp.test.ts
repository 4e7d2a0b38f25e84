import assert from 'node:assert/strict';
import {
  formatReferenceStamp,
  isCompleteStamp,
  isStampOf,
  lacksHash,
  meansOtherContent,
  readReferenceStamp,
  stampOf,
  type ReferenceStamp,
} from '../../../src/domain/refs/reference-stamp.ts';
import { parseSelector, type RevisionSelector } from '../../../src/domain/refs/version-ref.ts';
import { referenceFacts } from '../../support/facts.ts';

const unreadable = [
  undefined,
  '',
  'team/web',
  'web@v1',
  'team/web@v0',
  'team/web@v01',
  'team/web@v1.0',
  '/web@v1',
  'team/@v1',
  'team/web@v1\n',
  ' team/web@v1',
  'Team/web@v1',
  'a/b/c@v1',
  'team/web@v1#',
  'team/web@v1#h1:a#b',
  'team/web@v1()#h1:a',
  'team/web@v1(1 2)#h1:a',
  'team/web@v9999999999',
  '__proto__/web@v1',
];

describe('the stamp of a ref', () => {
  it('is parsed as it was formatted', () => {
    const stamp = { namespace: 'team', name: 'web.ui', revision: 12 };
    assert.equal(formatReferenceStamp(stamp), 'team/web.ui@v12');
    assert.deepEqual(readReferenceStamp('team/web.ui@v12'), stamp);
    for (const more of [{ hash: 'h1:ab12' }, { version: '1.3.6-rc.1', hash: 'h1:ab12' }]) {
      assert.deepEqual(readReferenceStamp(formatReferenceStamp({ ...stamp, ...more })), { ...stamp, ...more });
    }
    assert.equal(formatReferenceStamp({ ...stamp, version: '1.3.6', hash: 'h1:a' }), 'team/web.ui@v12(1.3.6)#h1:a');
  });

  for (const text of unreadable) {
    it(`is undefined for ${JSON.stringify(text)}`, () => assert.equal(readReferenceStamp(text), undefined));
  }

  it('contains the revision that a ref means now', () => {
    const versions = [{ revision: 1, version: '1.0.0' }, { revision: 2, version: '1.0.1' }, { revision: 3 }];
    assert.deepEqual(stampOf(referenceFacts('web', 'team', versions)), { namespace: 'team', name: 'web', revision: 3 });
    assert.equal(stampOf(referenceFacts('web@v1.0', 'team', versions))?.revision, 2);
  });

  it('contains the hash of the content of a pinned ref, and the version that the ref names', () => {
    const versions = [{ revision: 1, version: '1.0.0', hash: 'h1:a' }, { revision: 2, hash: 'h1:b' }, { revision: 3 }];
    const stampFor = (text: string) => {
      const found = stampOf(referenceFacts(text, 'team', versions));
      return found === undefined ? undefined : formatReferenceStamp(found);
    };
    assert.equal(stampFor('web@v2'), 'team/web@v2#h1:b');
    assert.equal(stampFor('web@v1.0.0'), 'team/web@v1(1.0.0)#h1:a');
    assert.equal(stampFor('web@v1'), 'team/web@v1', 'a floating ref');
    assert.equal(stampFor('web@v3'), 'team/web@v3', 'the hash is not known');
  });

  it('is undefined while the ref cannot be resolved', () => {
    assert.equal(stampOf(undefined), undefined);
    assert.equal(stampOf(referenceFacts('web', 'team')), undefined, 'no such object');
    assert.equal(stampOf(referenceFacts('web@v9', 'team', [{ revision: 1 }])), undefined, 'no such revision');
  });
});

describe('a pinned ref', () => {
  const base = { namespace: 'team', name: 'web', revision: 2 };
  const byNumber: ReferenceStamp = { ...base, hash: 'h1:a' };
  const byVersion: ReferenceStamp = { ...base, version: '1.3.6', hash: 'h1:a' };
  const selector = (text: string): RevisionSelector => {
    const found = parseSelector(text);
    assert.ok(typeof found !== 'string');
    return found;
  };

  const stamps: { text: string; stamp: ReferenceStamp; own: boolean; why: string }[] = [
    { text: '2', stamp: byNumber, own: true, why: 'it names the number' },
    { text: '3', stamp: byNumber, own: false, why: 'the ref was edited' },
    { text: '2', stamp: base, own: false, why: 'a floating ref has no hash' },
    { text: '1.3.6', stamp: byVersion, own: true, why: 'it names the version' },
    { text: '1.3.7', stamp: byVersion, own: false, why: 'the ref was edited' },
    { text: '2', stamp: byVersion, own: false, why: 'the ref named a version' },
    { text: '1.3', stamp: byVersion, own: false, why: 'the ref floats now' },
  ];
  for (const { text, stamp, own, why } of stamps) {
    it(`@v${text} ${own ? 'has' : 'does not have'} the stamp ${formatReferenceStamp(stamp)}: ${why}`, () =>
      assert.equal(isStampOf(selector(text), stamp), own));
  }

  const now = (revision: number, hash?: string, floating = false) => ({
    revision,
    floating,
    ...(hash === undefined ? {} : { hash }),
  });
  const meanings: {
    text: string;
    stamp: ReferenceStamp | undefined;
    found: ReturnType<typeof now>;
    other: boolean;
    why: string;
  }[] = [
    { text: '2', stamp: byNumber, found: now(2, 'h1:a'), other: false, why: 'the content is the same' },
    { text: '2', stamp: byNumber, found: now(2, 'h1:b'), other: true, why: 'the content differs' },
    { text: '2', stamp: byNumber, found: now(9, 'h1:b', true), other: true, why: 'the number became a version' },
    { text: '1.3.6', stamp: byVersion, found: now(7, 'h1:a'), other: false, why: 'the number does not matter' },
    { text: '1.3.6', stamp: byVersion, found: now(2, 'h1:b'), other: true, why: 'the version has another content' },
    { text: '2', stamp: byNumber, found: now(2), other: false, why: 'the hash of the revision is not known' },
    { text: '2', stamp: base, found: now(2, 'h1:b'), other: false, why: 'an early version wrote the stamp' },
    { text: '2', stamp: undefined, found: now(2, 'h1:b'), other: false, why: 'there is no stamp' },
    {
      text: '2',
      stamp: byNumber,
      found: now(2, 'h2:b'),
      other: false,
      why: 'hashes of two formats cannot be compared',
    },
    { text: '3', stamp: byNumber, found: now(3, 'h1:b'), other: false, why: 'the stamp is not that of the ref' },
  ];
  for (const { text, stamp, found, other, why } of meanings) {
    it(`@v${text} means ${other ? 'other' : 'the same'} content: ${why}`, () =>
      assert.equal(meansOtherContent(selector(text), stamp, found), other));
  }

  it('lacks its hash if an early version wrote the stamp, and the revision is the same', () => {
    assert.equal(lacksHash(selector('2'), base, now(2, 'h1:a')), true);
    assert.equal(lacksHash(selector('2'), base, now(3, 'h1:a')), false, 'another revision');
    assert.equal(lacksHash(selector('2'), base, now(2)), false, 'the hash is not known');
    assert.equal(lacksHash(selector('2'), base, now(2, 'h1:a', true)), false, 'a floating ref');
    assert.equal(lacksHash(selector('2'), byNumber, now(2, 'h1:a')), false, 'it has a hash');
    assert.equal(lacksHash(selector('2'), undefined, now(2, 'h1:a')), false, 'it has no stamp');
  });

  it('says that a stamp is complete if it has the hash, or can have none', () => {
    assert.equal(isCompleteStamp(selector('2'), byNumber), true);
    assert.equal(isCompleteStamp(selector('2'), base), false, 'an early version of mooring wrote no hash');
    assert.equal(isCompleteStamp(selector('1.2.3'), base), false);
    assert.equal(isCompleteStamp({ kind: 'newest' }, base), true, 'a floating ref has no hash');
    assert.equal(isCompleteStamp(selector('1.2'), base), true, 'a line of versions is floating');
    assert.equal(isCompleteStamp({ kind: 'newest' }, undefined), false);
  });
});
