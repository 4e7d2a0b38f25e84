import assert from 'node:assert/strict';
import { decide } from '../../../../src/domain/admission/decide.ts';
import { overrideMatchesSeveral } from '../../../../src/domain/admission/rules/override-matches-several.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';
import { pairProblems, pairing, problematic } from '../../../support/pairings.ts';

const factsWith = (code: keyof typeof problematic) =>
  factsOf({ object: deployment('team') }, { pairings: [pairing(pairProblems(problematic[code]))] });

describe('OverrideMatchesSeveral', () => {
  it('warns and denies nothing, because all traits may be meant', () => {
    const facts = factsWith('OverrideMatchesSeveral');
    assert.deepEqual(findingsOf(overrideMatchesSeveral, facts), [{ path: 'spec.environmentRef.name' }]);
    assert.equal(decide(facts).refusal, undefined);
  });

  it('does not report problems that another rule reports', () => {
    assert.deepEqual(findingsOf(overrideMatchesSeveral, factsWith('OverrideMatchesNothing')), []);
  });
});
