import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import { withDefaults } from '../../../../src/domain/spoke/admission-defaults.ts';
import { revisionHashAnnotation } from '../../../../src/domain/annotations.ts';
import { notYetRecorded } from '../../../../src/domain/admission/rules/not-yet-recorded.ts';
import { sha256 } from '../../../../src/cli/sha256.ts';
import { contentHash } from '../../../../src/domain/revisions/revision.ts';
import { factsOf, findingsOf, requestObject, stampedAs } from '../../../support/facts.ts';
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

const annotationsOf = ({ metadata }: KubeObject) => ({ annotations: metadata.annotations ?? {} });

describe('NotYetRecorded', () => {
  for (const { what, oldObject, object, denied, why } of cases) {
    it(`${denied ? 'denies' : 'allows'} ${what}: ${why}`, () => {
      assert.equal(findingsOf(notYetRecorded, factsOf({ object, oldObject })).length, denied ? 1 : 0);
    });
  }

  const tooMany = Object.fromEntries(Array.from({ length: 1025 }, (_, index) => [`note-${index}`, 'x']));
  const unrecordable = environment('team', { annotations: tooMany });
  const failed = { type: 'Recorded', status: 'False', reason: 'RecordingFailed', message: 'exceeded\nquota' };
  const repairs: { what: string; oldObject: KubeObject; object: KubeObject; recorded?: KubeObject; denied: boolean }[] =
    [
      {
        what: 'an edit that removes annotations which could not be recorded',
        oldObject: stampedAs(unrecordable, 4, 3),
        object: edited,
        denied: false,
      },
      { what: 'the same without a stamp', oldObject: unrecordable, object: edited, denied: false },
      {
        what: 'an edit that still has too many annotations',
        oldObject: stampedAs(unrecordable, 4, 3),
        object: environment('team', { annotations: { ...tooMany, more: 'x' } }),
        denied: true,
      },
      {
        what: 'an edit that returns to the content of the stamp, which was recorded before the webhook was down',
        oldObject: {
          ...edited,
          metadata: { ...edited.metadata, ...annotationsOf(stampedAs(base, 4)) },
          status: { revision: 4 },
        } as KubeObject,
        object: base,
        denied: false,
      },
      {
        what: 'an edit that returns to the content of a stamp that was never recorded',
        oldObject: {
          ...edited,
          metadata: { ...edited.metadata, ...annotationsOf(stampedAs(base, 4)) },
          status: { revision: 3 },
        } as KubeObject,
        object: base,
        denied: true,
      },
      {
        what: 'an edit that returns to the recorded content while the new content cannot be recorded',
        oldObject: stampedAs(edited, 4, 3),
        object: base,
        recorded: base,
        denied: false,
      },
      {
        what: 'another edit while the new content cannot be recorded',
        oldObject: stampedAs(edited, 4, 3),
        object: environment('team', { labels: { tier: 'silver' } }),
        recorded: base,
        denied: true,
      },
    ];
  for (const { what, oldObject, object, recorded, denied } of repairs) {
    it(`${denied ? 'denies' : 'allows'} ${what}`, () => {
      const found = recorded === undefined ? {} : { recordedHash: contentHash(requestObject(recorded), sha256) };
      assert.equal(findingsOf(notYetRecorded, factsOf({ object, oldObject }, found)).length, denied ? 1 : 0);
    });
  }

  it('repeats why recording fails, in one line', () => {
    const stamped = stampedAs(edited, 4, 3);
    const oldObject = { ...stamped, status: { ...stamped.status, conditions: [failed] } };
    const [found] = notYetRecorded.find(factsOf({ object: base, oldObject }));
    assert.match(found?.message ?? '', /not recorded yet, because recording fails: exceeded quota; it is retried/);
  });

  it('has a status with which clients retry by themselves', () => {
    assert.equal(notYetRecorded.reason, 'TooManyRequests');
  });
});
