import assert from 'node:assert/strict';
import { referenceNotFound } from '../../../../src/domain/admission/rules/reference-not-found.ts';
import { revisionNotFound } from '../../../../src/domain/admission/rules/revision-not-found.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const path = 'spec.environmentRef.name';

describe('ReferenceNotFound', () => {
  it('warns about an object that does not exist, because it may still be created', () => {
    const facts = factsOf({ object: deployment('team') }, { environment: referenceFacts('primary', 'team') });
    assert.deepEqual(findingsOf(referenceNotFound, facts), [{ path }]);
    assert.equal(referenceNotFound.severity, 'warn');
    assert.deepEqual(findingsOf(revisionNotFound, facts), []);
  });

  const instead: { others?: string[]; says: RegExp }[] = [
    { says: /there is no Environment team\/primary yet$/ },
    { others: [], says: /^there is no Environment team\/primary yet, and no other Environment in namespace team$/ },
    { others: ['dev', 'prod'], says: /yet; existing names: dev, prod$/ },
    {
      others: ['a', 'b', 'c', 'd', 'e', 'primry'],
      says: /yet; existing names: a, b, c, d, e and 1 more; did you mean "primry"\?$/,
    },
  ];
  for (const { others, says } of instead) {
    it(`lists the existing objects if the requester may see them: ${others?.join(', ') || others?.length || 'not visible'}`, () => {
      const reference = { ...referenceFacts('primary', 'team'), ...(others === undefined ? {} : { others }) };
      const facts = factsOf({ object: deployment('team') }, { environment: reference });
      assert.match(referenceNotFound.find(facts)[0]?.message ?? '', says);
    });
  }

  it('does not report an unchanged ref', () => {
    const object = deployment('team');
    const facts = factsOf({ object, oldObject: object }, { environment: referenceFacts('primary', 'team') });
    assert.deepEqual(findingsOf(referenceNotFound, facts), []);
  });
});
