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

const cases: { ref: string; pinRefs?: PinRefs; revisions: KnownRevision[]; refused: boolean; why: string }[] = [
  { ref: 'primary', revisions: plain, refused: false, why: 'the namespace has no wish' },
  { ref: 'primary', pinRefs: 'required', revisions: plain, refused: true, why: 'it follows' },
  { ref: 'primary', pinRefs: 'required', revisions: [], refused: true, why: 'it will follow once it is there' },
  { ref: 'primary@v1', pinRefs: 'required', revisions: plain, refused: false, why: 'it is fixed' },
  { ref: 'primary@v2', pinRefs: 'required', revisions: ambiguous, refused: true, why: 'it is read as 2.x.y' },
  { ref: 'primary@v2.0.0', pinRefs: 'required', revisions: ambiguous, refused: false, why: 'a version is fixed' },
  { ref: 'primary@v9', pinRefs: 'required', revisions: plain, refused: false, why: 'fixed, though not there yet' },
  { ref: 'primary', pinRefs: 'true', revisions: plain, refused: false, why: 'it is rewritten' },
  { ref: 'primary', pinRefs: 'true', revisions: ambiguous, refused: true, why: '@v2 would not mean revision 2' },
  { ref: 'primary', pinRefs: 'true', revisions: [], refused: false, why: 'there is nothing to pin it to yet' },
];

describe('UnpinnedRef', () => {
  for (const { ref, pinRefs, revisions, refused, why } of cases) {
    it(`${refused ? 'refuses' : 'admits'} ${ref} under ${pinRefs ?? 'no label'}: ${why}`, () => {
      const environment = referenceFacts(ref, 'team', revisions);
      const object = deployment('team', { environmentRef: ref });
      const facts = factsOf({ object }, { environment, ...(pinRefs === undefined ? {} : { pinRefs }) });
      assert.deepEqual(findingsOf(unpinnedRef, facts), refused ? [{ path }] : []);
    });
  }

  it('says what to write instead', () => {
    const environment = referenceFacts('primary', 'team', plain);
    const [found] = unpinnedRef.find(factsOf({ object: deployment('team') }, { environment, pinRefs: 'required' }));
    assert.match(found?.message ?? '', /use primary@v2$/);
  });

  it('says nothing about a ref that the request leaves as it is', () => {
    const environment = referenceFacts('primary', 'team', ambiguous);
    const object = deployment('team');
    const facts = factsOf({ object, oldObject: object }, { environment, pinRefs: 'required' });
    assert.deepEqual(unpinnedRef.find(facts), []);
  });

  it('says nothing when the same is asked for again, which keeps the pin', () => {
    const before = deployment('team', { environmentRef: 'primary@v1' });
    const annotations = { [requestedEnvironmentRefAnnotation]: 'primary' };
    const oldObject = { ...before, metadata: { ...before.metadata, annotations } };
    const environment = referenceFacts('primary', 'team', ambiguous);
    const facts = factsOf({ object: deployment('team'), oldObject }, { environment, pinRefs: 'true' });
    assert.deepEqual(unpinnedRef.find(facts), []);
  });
});
