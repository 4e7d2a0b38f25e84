import assert from 'node:assert/strict';
import { decide } from '../../../../src/domain/admission/decide.ts';
import { overrideMatchesNothing } from '../../../../src/domain/admission/rules/override-matches-nothing.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';
import { pairProblems, pairing, problematic } from '../../../support/pairings.ts';

const path = 'spec.environmentRef.name';
const factsWith = (code: keyof typeof problematic) =>
  factsOf({ object: deployment('team') }, { pairings: [pairing(pairProblems(problematic[code]))] });

describe('OverrideMatchesNothing', () => {
  it('warns and denies nothing, because the component may be added later', () => {
    const facts = factsWith('OverrideMatchesNothing');
    assert.deepEqual(findingsOf(overrideMatchesNothing, facts), [{ path }]);
    const { refusal, violations } = decide(facts);
    assert.equal(refusal, undefined);
    assert.deepEqual(
      violations.map(({ code, severity }) => ({ code, severity })),
      [{ code: 'OverrideMatchesNothing', severity: 'warn' }],
    );
  });

  it('does not report problems that another rule reports', () => {
    assert.deepEqual(findingsOf(overrideMatchesNothing, factsWith('OverrideTypeDiffers')), []);
  });
});
