import assert from 'node:assert/strict';
import { revisionTooHigh } from '../../../../src/domain/admission/rules/revision-too-high.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

describe('RevisionTooHigh', () => {
  const cases: { text?: string; found: boolean; why: string }[] = [
    { found: false, why: 'it has no stamp' },
    { text: '1', found: false, why: 'it is low' },
    { text: '1000000', found: false, why: 'it is the highest' },
    { text: '1000001', found: true, why: 'it is too high' },
    { text: '9'.repeat(40), found: true, why: 'it is longer than any number' },
    { text: 'v7', found: false, why: 'it is no number, and is ignored' },
  ];
  for (const { text, found, why } of cases) {
    it(`${found ? 'refuses' : 'accepts'} a new object with revision ${text ?? 'none'}: ${why}`, () => {
      const base = environment('team');
      const annotations = text === undefined ? {} : { 'spectrocloud.com/revision': text };
      const object = { ...base, metadata: { ...base.metadata, annotations } };
      const path = 'metadata.annotations[spectrocloud.com/revision]';
      assert.deepEqual(findingsOf(revisionTooHigh, factsOf({ object })), found ? [{ path }] : []);
    });
  }
});
