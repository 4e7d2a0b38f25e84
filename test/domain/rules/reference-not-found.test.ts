import assert from 'node:assert/strict';
import { referenceNotFound } from '../../../src/domain/rules/reference-not-found.ts';
import { revisionNotFound } from '../../../src/domain/rules/revision-not-found.ts';
import { factsOf, findingsOf, referenceFacts } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

const path = 'spec.environmentRef.name';

describe('ReferenceNotFound', () => {
  it('warns of an object that is not there: it may still appear', () => {
    const facts = factsOf({ object: deployment('team') }, { environment: referenceFacts('primary', 'team') });
    assert.deepEqual(findingsOf(referenceNotFound, facts), [{ path }]);
    assert.equal(referenceNotFound.severity, 'warn');
    assert.deepEqual(findingsOf(revisionNotFound, facts), []);
  });

  it('says nothing about a ref that the request leaves as it is', () => {
    const object = deployment('team');
    const facts = factsOf({ object, oldObject: object }, { environment: referenceFacts('primary', 'team') });
    assert.deepEqual(findingsOf(referenceNotFound, facts), []);
  });
});
