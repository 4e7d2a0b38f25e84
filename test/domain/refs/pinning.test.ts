import assert from 'node:assert/strict';
import {
  requestedEnvironmentRefAnnotation as requested,
  environmentRevisionAnnotation as stamp,
} from '../../../src/domain/annotations.ts';
import type { PinRefs } from '../../../src/domain/refs/pinning.ts';
import { isFixed, pin, pinRefsOf, withRefText } from '../../../src/domain/refs/pinning.ts';
import type { KnownRevision } from '../../../src/domain/refs/resolution.ts';
import { factsOf, referenceFacts } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';
import { pinnedRef } from '../../../src/domain/admission/pinned-ref.ts';
import { referenceFields } from '../../../src/domain/refs/reference-fields.ts';

const plain: KnownRevision[] = [{ revision: 1 }, { revision: 2 }, { revision: 3 }];
const versioned: KnownRevision[] = [
  { revision: 1, version: '1.3.5' },
  { revision: 2, version: '1.3.6' },
  { revision: 3, version: '4.0.0' },
  { revision: 4 },
  { revision: 5 },
];

const pins: { ref: string; revisions: KnownRevision[]; pinned: string; why: string }[] = [
  { ref: 'primary', revisions: plain, pinned: 'fixed primary@v3', why: 'without a version the number is all there is' },
  { ref: 'primary@v2', revisions: plain, pinned: 'fixed primary@v2', why: 'it is fixed already' },
  { ref: 'primary@v9', revisions: plain, pinned: 'unresolved', why: 'it means nothing yet' },
  { ref: 'primary@v1.3', revisions: versioned, pinned: 'fixed primary@v1.3.6', why: 'the highest of the line' },
  { ref: 'primary@v1', revisions: versioned, pinned: 'fixed primary@v1.3.6', why: 'a major is a range too' },
  { ref: 'primary@v1.3.5', revisions: versioned, pinned: 'fixed primary@v1.3.5', why: 'a version is fixed' },
  { ref: 'primary', revisions: versioned, pinned: 'fixed primary@v5', why: 'the newest has no version; 5 is no major' },
  {
    ref: 'primary',
    revisions: versioned.slice(0, 4),
    pinned: 'ambiguous primary@v4',
    why: 'the newest has no version, and @v4 is read as 4.x.y',
  },
  {
    ref: 'primary',
    revisions: [{ revision: 1, version: '2.0.0-rc.1' }, { revision: 2 }],
    pinned: 'fixed primary@v2',
    why: 'a prerelease makes no range',
  },
  {
    ref: 'primary',
    revisions: [{ revision: 1, version: '2.0.0-rc.1' }],
    pinned: 'fixed primary@v2.0.0-rc.1',
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

  const fixed: [string, KnownRevision[], boolean, string][] = [
    ['primary', plain, false, 'the newest moves'],
    ['primary@v3', plain, true, 'a number is fixed'],
    ['primary@v4', versioned, false, '4.x.y is published, so it is a range'],
    ['primary@v5', versioned, true, '5.x.y is not'],
    ['primary@v1.3', versioned, false, 'a line moves'],
    ['primary@v1.3.9', versioned, true, 'a version is fixed, published or not'],
    ['primary@v7', [], true, 'of an object that is not there, nothing is published'],
  ];
  for (const [ref, revisions, expected, why] of fixed) {
    it(`takes ${ref} for ${expected ? 'fixed' : 'following'}: ${why}`, () => {
      const facts = referenceFacts(ref, 'team', revisions);
      assert.equal(isFixed(facts.ref, facts.history), expected);
    });
  }

  it('is wished for by two values of the label only', () => {
    const wishes = ['true', 'required', 'false', ''].map((value) => pinRefsOf({ 'spectrocloud.com/pin-refs': value }));
    assert.deepEqual(wishes, ['true', 'required', undefined, undefined]);
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

describe('the ref of a deployment', () => {
  const [environmentRef] = referenceFields;
  const stored = (text: string, annotations: Record<string, string>) => {
    const object = deployment('team', { environmentRef: text });
    return { ...object, metadata: { ...object.metadata, annotations } };
  };
  const asked = (text: string, before?: ReturnType<typeof stored>, wish: PinRefs | 'none' = 'true') => {
    const environment = referenceFacts(text, 'team', plain);
    const request = { object: deployment('team', { environmentRef: text }), ...(before && { oldObject: before }) };
    const pinRefs = wish === 'none' ? {} : { pinRefs: wish };
    return pinnedRef(environmentRef, factsOf(request, { environment, ...pinRefs }));
  };
  const stamped = { [stamp]: 'team/primary@v2' };
  const pinnedAt2 = stored('primary@v2', { ...stamped, [requested]: 'primary' });

  it('is pinned when it is new, and what was asked for is kept', () => {
    assert.deepEqual(asked('primary', undefined), { text: 'primary@v3', requested: 'primary' });
  });

  it('stays pinned when the same is asked for again, whatever is newest by now', () => {
    assert.deepEqual(asked('primary', pinnedAt2), { text: 'primary@v2', requested: 'primary' });
  });

  it('stays pinned when the pin is written back, with what was asked for', () => {
    assert.deepEqual(asked('primary@v2', pinnedAt2), { text: 'primary@v2', requested: 'primary' });
  });

  it('is pinned anew when something else is asked for', () => {
    assert.deepEqual(asked('primary@v1', pinnedAt2), { text: 'primary@v1', requested: undefined });
  });

  it('is pinned anew when the namespace of the ref changes', () => {
    const elsewhere = {
      ...pinnedAt2,
      spec: { ...pinnedAt2.spec, environmentRef: { name: 'primary@v2', namespace: 'other' } },
    };
    assert.deepEqual(asked('primary', elsewhere), { text: 'primary@v3', requested: 'primary' });
  });

  it('that followed before the namespace was labelled follows on', () => {
    assert.deepEqual(asked('primary', stored('primary', stamped)), { text: 'primary', requested: undefined });
  });

  it('that could not be resolved when it was written is pinned by the first request that can', () => {
    assert.deepEqual(asked('primary', stored('primary', {})), { text: 'primary@v3', requested: 'primary' });
  });

  it('is let be where the namespace does not pin', () => {
    assert.deepEqual(asked('primary', undefined, 'none'), { text: 'primary', requested: undefined });
    assert.deepEqual(asked('primary', undefined, 'required'), { text: 'primary', requested: undefined });
  });

  it('is none where the spec is of another shape', () => {
    const object = { ...deployment('team'), spec: JSON.parse('{"environmentRef": 7}') };
    assert.equal(pinnedRef(environmentRef, factsOf({ object }, { pinRefs: 'true' })), undefined);
  });
});

describe('a pin that is asked about again', () => {
  const [reference] = referenceFields;

  it('keeps what was asked for when another webhook has admission run once more', () => {
    const object = deployment('team', { environmentRef: 'primary@v3' });
    const annotated = { ...object, metadata: { ...object.metadata, annotations: { [requested]: 'primary' } } };
    const facts = factsOf(
      { object: annotated },
      { pinRefs: 'true', environment: referenceFacts('primary@v3', 'team', plain) },
    );
    assert.deepEqual(reference && pinnedRef(reference, facts), { text: 'primary@v3', requested: 'primary' });
  });

  it('believes no annotation that asks for something else', () => {
    const object = deployment('team', { environmentRef: 'primary@v2' });
    const annotated = { ...object, metadata: { ...object.metadata, annotations: { [requested]: 'primary' } } };
    const facts = factsOf(
      { object: annotated },
      { pinRefs: 'true', environment: referenceFacts('primary@v2', 'team', plain) },
    );
    assert.deepEqual(reference && pinnedRef(reference, facts), { text: 'primary@v2', requested: undefined });
  });
});
