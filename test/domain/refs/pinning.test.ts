import assert from 'node:assert/strict';
import { isPinned, pin, pinRefsOf, withRefText } from '../../../src/domain/refs/pinning.ts';
import type { KnownRevision } from '../../../src/domain/refs/resolution.ts';
import { referenceFacts } from '../../support/facts.ts';

const plain: KnownRevision[] = [{ revision: 1 }, { revision: 2 }, { revision: 3 }];
const versioned: KnownRevision[] = [
  { revision: 1, version: '1.3.5' },
  { revision: 2, version: '1.3.6' },
  { revision: 3, version: '4.0.0' },
  { revision: 4 },
  { revision: 5 },
];

const pins: { ref: string; revisions: KnownRevision[]; pinned: string; why: string }[] = [
  { ref: 'primary', revisions: plain, pinned: 'pinned primary@v3', why: 'the revision has no version' },
  { ref: 'primary@v2', revisions: plain, pinned: 'pinned primary@v2', why: 'it is pinned already' },
  { ref: 'primary@v9', revisions: plain, pinned: 'unresolved', why: 'it cannot be resolved yet' },
  { ref: 'primary@v1.3', revisions: versioned, pinned: 'pinned primary@v1.3.6', why: 'the highest of the line' },
  { ref: 'primary@v1', revisions: versioned, pinned: 'pinned primary@v1.3.6', why: 'a major is a range too' },
  { ref: 'primary@v1.3.5', revisions: versioned, pinned: 'pinned primary@v1.3.5', why: 'a version is pinned' },
  {
    ref: 'primary',
    revisions: versioned,
    pinned: 'pinned primary@v5',
    why: 'the newest has no version; 5 is no major',
  },
  {
    ref: 'primary',
    revisions: versioned.slice(0, 4),
    pinned: 'ambiguous primary@v4',
    why: 'the newest has no version, and @v4 is read as 4.x.y',
  },
  {
    ref: 'primary',
    revisions: [{ revision: 1, version: '2.0.0-rc.1' }, { revision: 2 }],
    pinned: 'pinned primary@v2',
    why: 'a prerelease does not turn the number into a range',
  },
  {
    ref: 'primary',
    revisions: [{ revision: 1, version: '2.0.0-rc.1' }],
    pinned: 'pinned primary@v2.0.0-rc.1',
    why: 'a prerelease is a version',
  },
];

describe('pinning', () => {
  for (const { ref, revisions, pinned, why } of pins) {
    it(`makes ${ref} with newest v${revisions.at(-1)?.revision} ${pinned}: ${why}`, () => {
      const facts = referenceFacts(ref, 'team', revisions);
      assert.ok(facts.history);
      const found = pin(facts.ref, facts.history);
      assert.equal('text' in found ? `${found.state} ${found.text}` : found.state, pinned);
    });
  }

  const refs: [string, KnownRevision[], boolean, string][] = [
    ['primary', plain, false, 'the newest revision changes'],
    ['primary@v3', plain, true, 'a number is pinned'],
    ['primary@v4', versioned, false, '4.x.y is published, so it is a range'],
    ['primary@v5', versioned, true, '5.x.y is not'],
    ['primary@v1.3', versioned, false, 'the highest version of a line changes'],
    ['primary@v1.3.9', versioned, true, 'a version is pinned, published or not'],
    ['primary@v7', [], true, 'an object that does not exist has published nothing'],
  ];
  for (const [ref, revisions, expected, why] of refs) {
    it(`considers ${ref} ${expected ? 'pinned' : 'floating'}: ${why}`, () => {
      const facts = referenceFacts(ref, 'team', revisions);
      assert.equal(isPinned(facts.ref, facts.history), expected);
    });
  }

  it('is requested by two values of the label only', () => {
    const policies = ['true', 'required', 'false', ''].map((value) =>
      pinRefsOf({ 'spectrocloud.com/pin-refs': value }),
    );
    assert.deepEqual(policies, ['true', 'required', undefined, undefined]);
    assert.equal(pinRefsOf(undefined), undefined);
  });

  it('replaces the text of one ref and nothing else', () => {
    const spec = { environmentRef: { name: 'a', namespace: 'x' }, workloadProfileRef: { name: 'a' } };
    assert.deepEqual(withRefText(spec, 'environmentRef', 'a@v1'), {
      environmentRef: { name: 'a@v1', namespace: 'x' },
      workloadProfileRef: { name: 'a' },
    });
    assert.equal(withRefText(spec, 'environmentRef', 'a'), spec);
    assert.equal(withRefText({ environmentRef: 'a' }, 'environmentRef', 'b')['environmentRef'], 'a');
  });
});
