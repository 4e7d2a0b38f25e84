import assert from 'node:assert/strict';
import { referenceNotFound } from '../../../../src/domain/admission/rules/reference-not-found.ts';
import { revisionNotFound } from '../../../../src/domain/admission/rules/revision-not-found.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const path = 'spec.environmentRef.name';

describe('ReferenceNotFound', () => {
  it('warns of an object that is not there: it may still appear', () => {
    const facts = factsOf({ object: deployment('team') }, { environment: referenceFacts('primary', 'team') });
    assert.deepEqual(findingsOf(referenceNotFound, facts), [{ path }]);
    assert.equal(referenceNotFound.severity, 'warn');
    assert.deepEqual(findingsOf(revisionNotFound, facts), []);
  });

  const instead: { others?: string[]; says: RegExp }[] = [
    { says: /there is no Environment team\/primary yet$/ },
    { others: [], says: /yet; there is none$/ },
    { others: ['dev', 'prod'], says: /yet; there is dev, prod$/ },
    {
      others: ['a', 'b', 'c', 'd', 'e', 'primry'],
      says: /yet; there is a, b, c, d, e and 1 more; did you mean "primry"\?$/,
    },
  ];
  for (const { others, says } of instead) {
    it(`says what there is, where that may be seen: ${others?.join(', ') || others?.length || 'it may not'}`, () => {
      const reference = { ...referenceFacts('primary', 'team'), ...(others === undefined ? {} : { others }) };
      const facts = factsOf({ object: deployment('team') }, { environment: reference });
      assert.match(referenceNotFound.find(facts)[0]?.message ?? '', says);
    });
  }

  it('says nothing about a ref that the request leaves as it is', () => {
    const object = deployment('team');
    const facts = factsOf({ object, oldObject: object }, { environment: referenceFacts('primary', 'team') });
    assert.deepEqual(findingsOf(referenceNotFound, facts), []);
  });
});
