import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import { withDefaults } from '../../../../src/domain/spoke/admission-defaults.ts';
import { revisionHashAnnotation } from '../../../../src/domain/annotations.ts';
import { notYetRecorded } from '../../../../src/domain/admission/rules/not-yet-recorded.ts';
import { factsOf, findingsOf, stampedAs } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const base = environment('team');
const edited = environment('team', { labels: { tier: 'gold' } });

function withNewerHash(object: KubeObject): KubeObject {
  const { metadata, ...stamped } = stampedAs(object, 4);
  return {
    ...stamped,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [revisionHashAnnotation]: 'h2:x' } },
  };
}

const cases: { what: string; oldObject: KubeObject; object: KubeObject; denied: boolean; why: string }[] = [
  {
    what: 'an edit of recorded content',
    oldObject: stampedAs(base, 4),
    object: edited,
    denied: false,
    why: 'nothing is lost',
  },
  {
    what: 'an edit of content that is not recorded',
    oldObject: stampedAs(base, 4, 3),
    object: edited,
    denied: true,
    why: 'revision 4 would be lost',
  },
  {
    what: 'an edit of content without a stamp',
    oldObject: base,
    object: edited,
    denied: true,
    why: 'it was written while the webhook was down',
  },
  {
    what: 'an edit of content that was changed without admission',
    oldObject: { ...stampedAs(base, 4), metadata: { ...stampedAs(base, 4).metadata, labels: { a: 'b' } } },
    object: edited,
    denied: true,
    why: 'the hash does not match',
  },
  {
    what: 'an update that keeps content that is not recorded',
    oldObject: stampedAs(base, 4, 3),
    object: stampedAs(base, 4, 3),
    denied: false,
    why: 'the content does not change',
  },
  {
    what: 'an edit of content that a newer version of mooring stamped',
    oldObject: withNewerHash(base),
    object: edited,
    denied: true,
    why: 'this version cannot tell whether it is recorded',
  },
  {
    what: 'an update that keeps content that a newer version of mooring stamped',
    oldObject: withNewerHash(base),
    object: withNewerHash(base),
    denied: false,
    why: 'the content does not change',
  },
  {
    what: 'a finalizer while content is not recorded',
    oldObject: stampedAs(base, 4, 3),
    object: { ...base, metadata: { ...base.metadata, finalizers: ['a/b'] } },
    denied: false,
    why: 'it is not an edit',
  },
  {
    what: 'the empty patch of an object without a stamp',
    oldObject: base,
    object: base,
    denied: false,
    why: 'admission stamps it',
  },
  {
    what: 'the empty patch of an object without stamp and defaults',
    oldObject: base,
    object: { ...base, ...withDefaults('Environment', base) },
    denied: false,
    why: 'admission adds the defaults, so it would never get a stamp otherwise',
  },
  {
    what: 'the addition of defaults to stamped content that is not recorded',
    oldObject: stampedAs(base, 4, 3),
    object: { ...base, ...withDefaults('Environment', base) },
    denied: true,
    why: 'revision 4 would be lost',
  },
];

describe('NotYetRecorded', () => {
  for (const { what, oldObject, object, denied, why } of cases) {
    it(`${denied ? 'denies' : 'allows'} ${what}: ${why}`, () => {
      assert.equal(findingsOf(notYetRecorded, factsOf({ object, oldObject })).length, denied ? 1 : 0);
    });
  }

  it('has a status with which clients retry by themselves', () => {
    assert.equal(notYetRecorded.reason, 'TooManyRequests');
  });
});
