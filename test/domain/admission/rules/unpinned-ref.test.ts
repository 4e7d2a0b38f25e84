import assert from 'node:assert/strict';
import { requestedEnvironmentRefAnnotation } from '../../../../src/domain/annotations.ts';
import type { PinRefs } from '../../../../src/domain/refs/pinning.ts';
import type { KnownRevision } from '../../../../src/domain/refs/resolution.ts';
import { unpinnedRef } from '../../../../src/domain/admission/rules/unpinned-ref.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const plain: KnownRevision[] = [{ revision: 1 }, { revision: 2 }];
/** The newest is revision 2, without a version, and 2.x.y is published. */
const ambiguous: KnownRevision[] = [{ revision: 1, version: '2.0.0' }, { revision: 2 }];
const path = 'spec.environmentRef.name';

const cases: { ref: string; pinRefs?: PinRefs; revisions: KnownRevision[]; denied: boolean; why: string }[] = [
  { ref: 'primary', revisions: plain, denied: false, why: 'the namespace has no pin policy' },
  { ref: 'primary', pinRefs: 'required', revisions: plain, denied: true, why: 'it is floating' },
  {
    ref: 'primary',
    pinRefs: 'required',
    revisions: [],
    denied: true,
    why: 'it will be floating when the object exists',
  },
  { ref: 'primary@v1', pinRefs: 'required', revisions: plain, denied: false, why: 'it is pinned' },
  { ref: 'primary@v2', pinRefs: 'required', revisions: ambiguous, denied: true, why: 'it is read as 2.x.y' },
  { ref: 'primary@v2.0.0', pinRefs: 'required', revisions: ambiguous, denied: false, why: 'a version is pinned' },
  {
    ref: 'primary@v9',
    pinRefs: 'required',
    revisions: plain,
    denied: false,
    why: 'it is pinned, though the revision does not exist yet',
  },
  { ref: 'primary', pinRefs: 'true', revisions: plain, denied: false, why: 'admission pins it' },
  { ref: 'primary', pinRefs: 'true', revisions: ambiguous, denied: true, why: '@v2 would not mean revision 2' },
  { ref: 'primary', pinRefs: 'true', revisions: [], denied: false, why: 'there is no revision to pin it to yet' },
];

describe('UnpinnedRef', () => {
  for (const { ref, pinRefs, revisions, denied, why } of cases) {
    it(`${denied ? 'denies' : 'allows'} ${ref} under ${pinRefs ?? 'no label'}: ${why}`, () => {
      const environment = referenceFacts(ref, 'team', revisions);
      const object = deployment('team', { environmentRef: ref });
      const facts = factsOf({ object }, { environment, ...(pinRefs === undefined ? {} : { pinRefs }) });
      assert.deepEqual(findingsOf(unpinnedRef, facts), denied ? [{ path }] : []);
    });
  }

  it('says which ref to use instead', () => {
    const environment = referenceFacts('primary', 'team', plain);
    const [found] = unpinnedRef.find(factsOf({ object: deployment('team') }, { environment, pinRefs: 'required' }));
    assert.match(found?.message ?? '', /use primary@v2$/);
  });

  it('does not report an unchanged ref', () => {
    const environment = referenceFacts('primary', 'team', ambiguous);
    const object = deployment('team');
    const facts = factsOf({ object, oldObject: object }, { environment, pinRefs: 'required' });
    assert.deepEqual(unpinnedRef.find(facts), []);
  });

  it('does not report a repeated request of the same text, which keeps the pin', () => {
    const before = deployment('team', { environmentRef: 'primary@v1' });
    const annotations = { [requestedEnvironmentRefAnnotation]: 'primary' };
    const oldObject = { ...before, metadata: { ...before.metadata, annotations } };
    const environment = referenceFacts('primary', 'team', ambiguous);
    const facts = factsOf({ object: deployment('team'), oldObject }, { environment, pinRefs: 'true' });
    assert.deepEqual(unpinnedRef.find(facts), []);
  });
});
