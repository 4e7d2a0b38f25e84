import assert from 'node:assert/strict';
import { pinnedRef, restoredStamp } from '../../../src/domain/admission/pinned-ref.ts';
import {
  requestedEnvironmentRefAnnotation as requested,
  environmentRevisionAnnotation as stamp,
} from '../../../src/domain/annotations.ts';
import type { PinRefs } from '../../../src/domain/refs/pinning.ts';
import { referenceFields } from '../../../src/domain/refs/reference-fields.ts';
import { formatReferenceStamp } from '../../../src/domain/refs/reference-stamp.ts';
import type { KnownRevision } from '../../../src/domain/refs/resolution.ts';
import { factsOf, referenceFacts } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

const plain: KnownRevision[] = [{ revision: 1 }, { revision: 2 }, { revision: 3 }];

describe('the ref of a deployment', () => {
  const [environmentRef] = referenceFields;
  const stored = (text: string, annotations: Record<string, string>) => {
    const object = deployment('team', { environmentRef: text });
    return { ...object, metadata: { ...object.metadata, annotations } };
  };
  const pinned = (text: string, before?: ReturnType<typeof stored>, policy: PinRefs | 'none' = 'true') => {
    const environment = referenceFacts(text, 'team', plain);
    const request = { object: deployment('team', { environmentRef: text }), ...(before && { oldObject: before }) };
    const pinRefs = policy === 'none' ? {} : { pinRefs: policy };
    return pinnedRef(environmentRef, factsOf(request, { environment, ...pinRefs }));
  };
  const stamped = { [stamp]: 'team/primary@v2' };
  const pinnedAt2 = stored('primary@v2', { ...stamped, [requested]: 'primary' });

  it('is pinned when it is created, and the requested text is kept', () => {
    assert.deepEqual(pinned('primary', undefined), { text: 'primary@v3', requested: 'primary' });
  });

  it('stays pinned when the same text is requested again, whatever revision is newest', () => {
    assert.deepEqual(pinned('primary', pinnedAt2), { text: 'primary@v2', requested: 'primary' });
  });

  it('stays pinned when a client writes the pin back, with the requested text', () => {
    assert.deepEqual(pinned('primary@v2', pinnedAt2), { text: 'primary@v2', requested: 'primary' });
  });

  it('is pinned again when another text is requested', () => {
    assert.deepEqual(pinned('primary@v1', pinnedAt2), { text: 'primary@v1', requested: undefined });
  });

  it('is pinned again when the namespace of the ref changes', () => {
    const elsewhere = {
      ...pinnedAt2,
      spec: { ...pinnedAt2.spec, environmentRef: { name: 'primary@v2', namespace: 'other' } },
    };
    assert.deepEqual(pinned('primary', elsewhere), { text: 'primary@v3', requested: 'primary' });
  });

  it('stays floating if it was floating before the namespace was labelled', () => {
    assert.deepEqual(pinned('primary', stored('primary', stamped)), { text: 'primary', requested: undefined });
  });

  it('is pinned by the first request that can resolve it', () => {
    assert.deepEqual(pinned('primary', stored('primary', {})), { text: 'primary@v3', requested: 'primary' });
  });

  it('is not changed if the namespace does not pin', () => {
    assert.deepEqual(pinned('primary', undefined, 'none'), { text: 'primary', requested: undefined });
    assert.deepEqual(pinned('primary', undefined, 'required'), { text: 'primary', requested: undefined });
  });

  it('is undefined if the field does not have the shape of a ref', () => {
    const object = { ...deployment('team'), spec: JSON.parse('{"environmentRef": 7}') };
    assert.equal(pinnedRef(environmentRef, factsOf({ object }, { pinRefs: 'true' })), undefined);
  });
});

describe('a pinned ref in a reinvocation of the webhook', () => {
  const [reference] = referenceFields;

  it('keeps the requested text', () => {
    const object = deployment('team', { environmentRef: 'primary@v3' });
    const annotated = { ...object, metadata: { ...object.metadata, annotations: { [requested]: 'primary' } } };
    const facts = factsOf(
      { object: annotated },
      { pinRefs: 'true', environment: referenceFacts('primary@v3', 'team', plain) },
    );
    assert.deepEqual(reference && pinnedRef(reference, facts), { text: 'primary@v3', requested: 'primary' });
  });

  it('ignores an annotation whose text means another revision', () => {
    const object = deployment('team', { environmentRef: 'primary@v2' });
    const annotated = { ...object, metadata: { ...object.metadata, annotations: { [requested]: 'primary' } } };
    const facts = factsOf(
      { object: annotated },
      { pinRefs: 'true', environment: referenceFacts('primary@v2', 'team', plain) },
    );
    assert.deepEqual(reference && pinnedRef(reference, facts), { text: 'primary@v2', requested: undefined });
  });
});

function stampIn(text: string, given: string, more: { update?: boolean; field?: 0 | 1 } = {}) {
  const reference = referenceFields[more.field ?? 0];
  const base = deployment('team');
  const object = {
    ...base,
    spec: { ...base.spec, [reference.field]: { name: text } },
    metadata: { ...base.metadata, annotations: { [reference.stamp]: given } },
  };
  const found = restoredStamp(reference, factsOf({ object, ...(more.update === true ? { oldObject: object } : {}) }));
  return found === undefined ? undefined : formatReferenceStamp(found);
}

describe('the stamp that a new deployment is created with', () => {
  it('keeps the requested text of a pin that is restored', () => {
    const base = deployment('team', { environmentRef: 'primary@v1' });
    const annotations = { [stamp]: 'team/primary@v1#h1:a', [requested]: 'primary' };
    const object = { ...base, metadata: { ...base.metadata, annotations } };
    const facts = factsOf({ object }, { pinRefs: 'true', environment: referenceFacts('primary@v1', 'team', plain) });
    assert.deepEqual(pinnedRef(referenceFields[0], facts), { text: 'primary@v1', requested: 'primary' });
  });

  it('is kept if it is that of its pinned ref', () => {
    for (const [text, given] of [
      ['primary@v5', 'team/primary@v5#h1:a'],
      ['primary@v1.3.6', 'team/primary@v5(1.3.6)#h1:a'],
    ] as const) {
      assert.equal(stampIn(text, given), given);
    }
  });

  it('names the namespace in which the deployment is restored', () => {
    assert.equal(stampIn('primary@v5', 'before/primary@v5#h1:a'), 'team/primary@v5#h1:a');
    assert.equal(stampIn('primary@v5', 'mural-system/primary@v5#h1:a'), 'team/primary@v5#h1:a');
    assert.equal(stampIn('web@v5', 'mural-system/web@v5#h1:a', { field: 1 }), 'mural-system/web@v5#h1:a');
  });

  const dropped: [string, string][] = [
    ['primary', 'team/primary@v5#h1:a'],
    ['primary@v6', 'team/primary@v5#h1:a'],
    ['other@v5', 'team/primary@v5#h1:a'],
    ['primary@v5', 'team/primary@v5'],
    ['primary@v5', 'nonsense'],
    ['primary@', 'team/primary@v5#h1:a'],
  ];
  for (const [text, given] of dropped) {
    it(`is dropped for ${text} with ${given}`, () => assert.equal(stampIn(text, given), undefined));
  }

  it('is dropped on update and on deletion', () => {
    assert.equal(stampIn('primary@v5', 'team/primary@v5#h1:a', { update: true }), undefined);
    const deleted = factsOf({ oldObject: deployment('team') });
    assert.equal(restoredStamp(referenceFields[0], deleted), undefined);
  });
});
