import assert from 'node:assert/strict';
import { referenceBeingDeleted } from '../../../../src/domain/admission/rules/reference-being-deleted.ts';
import { referenceNotFound } from '../../../../src/domain/admission/rules/reference-not-found.ts';
import type { FoundReference } from '../../../../src/domain/refs/found-reference.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import { deployment, environment } from '../../../support/manifests.ts';

const leaving = (text: string, revisions = [{ revision: 1 }]): FoundReference => {
  return { ...referenceFacts(text, 'team', revisions), isTerminating: true };
};
const custom = (type: string) => environment('team', { topology: { type } });

describe('ReferenceBeingDeleted', () => {
  for (const text of ['primary', 'primary@v1']) {
    it(`denies a new ref ${text} to an object that is being deleted, whose revisions still exist`, () => {
      const object = deployment('team', { environmentRef: text });
      const facts = factsOf({ object }, { environment: leaving(text) });
      assert.deepEqual(findingsOf(referenceBeingDeleted, facts), [{ path: 'spec.environmentRef.name' }]);
      assert.equal(
        referenceBeingDeleted.find(facts)[0]?.message,
        'Environment team/primary is being deleted; use another one, or create it again when it is gone',
      );
    });
  }

  it('denies it when the revisions are deleted too; nothing else is reported then', () => {
    const facts = factsOf({ object: deployment('team') }, { workloadProfile: leaving('web', []) });
    assert.deepEqual(findingsOf(referenceBeingDeleted, facts), [{ path: 'spec.workloadProfileRef.name' }]);
    assert.deepEqual(findingsOf(referenceNotFound, facts), []);
  });

  it('denies a new topology that is being deleted', () => {
    const topologyReference = leaving('edge');
    for (const oldObject of [undefined, environment('team')]) {
      const request = { object: custom('edge'), ...(oldObject === undefined ? {} : { oldObject }) };
      const facts = factsOf(request, { topologyReference });
      assert.deepEqual(findingsOf(referenceBeingDeleted, facts), [{ path: 'spec.topology.type' }]);
    }
  });

  it('allows every edit that keeps the ref', () => {
    const object = deployment('team');
    const facts = factsOf({ object, oldObject: object }, { environment: leaving('primary') });
    assert.deepEqual(findingsOf(referenceBeingDeleted, facts), []);
    const edited = { ...custom('edge'), metadata: { ...custom('edge').metadata, labels: { a: 'b' } } };
    const kept = factsOf({ object: edited, oldObject: custom('edge') }, { topologyReference: leaving('edge') });
    assert.deepEqual(findingsOf(referenceBeingDeleted, kept), []);
  });

  it('allows refs to objects that are not being deleted', () => {
    const facts = factsOf(
      { object: deployment('team') },
      { environment: referenceFacts('primary', 'team', [{ revision: 1 }]) },
    );
    assert.deepEqual(findingsOf(referenceBeingDeleted, facts), []);
    assert.deepEqual(findingsOf(referenceBeingDeleted, factsOf({ object: environment('team') })), []);
    const fine = factsOf({ object: custom('edge') }, { topologyReference: referenceFacts('edge', 'mural-system') });
    assert.deepEqual(findingsOf(referenceBeingDeleted, fine), []);
  });
});
