import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import { withDefaults } from '../../../../src/domain/spoke/admission-defaults.ts';
import { notYetRecorded } from '../../../../src/domain/admission/rules/not-yet-recorded.ts';
import { factsOf, findingsOf, stampedAs } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const base = environment('team');
const edited = environment('team', { labels: { tier: 'gold' } });

const cases: { what: string; oldObject: KubeObject; object: KubeObject; refused: boolean; why: string }[] = [
  {
    what: 'an edit of what is recorded',
    oldObject: stampedAs(base, 4),
    object: edited,
    refused: false,
    why: 'nothing is lost',
  },
  {
    what: 'an edit of what is not recorded',
    oldObject: stampedAs(base, 4, 3),
    object: edited,
    refused: true,
    why: 'revision 4 would be lost',
  },
  {
    what: 'an edit of what has no stamp',
    oldObject: base,
    object: edited,
    refused: true,
    why: 'it came while the webhook was away',
  },
  {
    what: 'an edit of what was changed behind our back',
    oldObject: { ...stampedAs(base, 4), metadata: { ...stampedAs(base, 4).metadata, labels: { a: 'b' } } },
    object: edited,
    refused: true,
    why: 'the hash does not fit',
  },
  {
    what: 'no edit of what is not recorded',
    oldObject: stampedAs(base, 4, 3),
    object: stampedAs(base, 4, 3),
    refused: false,
    why: 'what leaves the content is never refused',
  },
  {
    what: 'a finalizer on what is not recorded',
    oldObject: stampedAs(base, 4, 3),
    object: { ...base, metadata: { ...base.metadata, finalizers: ['a/b'] } },
    refused: false,
    why: 'no edit',
  },
  {
    what: 'the touch of what has no stamp',
    oldObject: base,
    object: base,
    refused: false,
    why: 'that is how it gets one',
  },
  {
    what: 'the touch of what has neither a stamp nor its defaults',
    oldObject: base,
    object: { ...base, ...withDefaults('Environment', base) },
    refused: false,
    why: 'admission itself adds them, so it would never get a stamp',
  },
  {
    what: 'the defaults of what is stamped without them and not recorded',
    oldObject: stampedAs(base, 4, 3),
    object: { ...base, ...withDefaults('Environment', base) },
    refused: true,
    why: 'revision 4 would be lost',
  },
];

describe('NotYetRecorded', () => {
  for (const { what, oldObject, object, refused, why } of cases) {
    it(`${refused ? 'makes wait' : 'lets through'} ${what}: ${why}`, () => {
      assert.equal(findingsOf(notYetRecorded, factsOf({ object, oldObject })).length, refused ? 1 : 0);
    });
  }

  it('is answered so that clients try again by themselves', () => {
    assert.equal(notYetRecorded.reason, 'TooManyRequests');
  });
});
