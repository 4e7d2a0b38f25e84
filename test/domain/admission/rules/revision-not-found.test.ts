import assert from 'node:assert/strict';
import { referenceNotFound } from '../../../../src/domain/admission/rules/reference-not-found.ts';
import { revisionNotFound } from '../../../../src/domain/admission/rules/revision-not-found.ts';
import type { KnownRevision } from '../../../../src/domain/refs/resolution.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const path = 'spec.environmentRef.name';
const three: KnownRevision[] = [{ revision: 2, version: '1.3.6' }, { revision: 3, retiring: true }, { revision: 4 }];

const cases: { ref: string; revisions: KnownRevision[]; severity?: 'warn' | 'deny'; why: string }[] = [
  { ref: 'primary', revisions: three, why: 'the newest revision exists' },
  { ref: 'primary@v4', revisions: three, why: 'it exists' },
  { ref: 'primary@v5', revisions: three, severity: 'warn', why: 'it may still be made' },
  { ref: 'primary@v3', revisions: three, severity: 'deny', why: 'it is being pruned' },
  { ref: 'primary@v1.3.7', revisions: three, severity: 'warn', why: 'it may still be published' },
  { ref: 'primary@v1.3.5', revisions: three, severity: 'deny', why: 'below the highest of its line' },
  { ref: 'primary@v2.0', revisions: three, severity: 'warn', why: 'a line that may still be published' },
];

describe('RevisionNotFound', () => {
  for (const { ref, revisions, severity, why } of cases) {
    it(`${severity === undefined ? 'allows' : severity === 'deny' ? 'denies' : 'warns about'} ${ref}: ${why}`, () => {
      const object = deployment('team', { environmentRef: ref });
      const facts = factsOf({ object }, { environment: referenceFacts(ref, 'team', revisions) });
      const found = severity === 'warn' ? [{ path, severity }] : [{ path }];
      assert.deepEqual(findingsOf(revisionNotFound, facts), severity === undefined ? [] : found);
      assert.deepEqual(findingsOf(referenceNotFound, facts), []);
    });
  }

  it('denies in the mutate phase too, which reads live, and warns only in the validate phase', () => {
    for (const { ref, severity } of cases) {
      const object = deployment('team', { environmentRef: ref });
      const facts = factsOf({ object, phase: 'mutate' }, { environment: referenceFacts(ref, 'team', three) });
      assert.deepEqual(findingsOf(revisionNotFound, facts), severity === 'deny' ? [{ path }] : [], ref);
    }
    assert.ok(revisionNotFound.phases.includes('mutate'));
  });

  it('does not report an unchanged ref', () => {
    const oldObject = deployment('team', { environmentRef: 'primary@v3' });
    const object = { ...oldObject, metadata: { ...oldObject.metadata, labels: { a: 'b' } } };
    const facts = factsOf({ object, oldObject }, { environment: referenceFacts('primary@v3', 'team', three) });
    assert.deepEqual(findingsOf(revisionNotFound, facts), []);
  });
});
