import assert from 'node:assert/strict';
import { decide } from '../../../../src/domain/admission/decide.ts';
import { overrideTypeDiffers } from '../../../../src/domain/admission/rules/override-type-differs.ts';
import { factsOf, findingsOf, stampedAs } from '../../../support/facts.ts';
import { profile } from '../../../support/manifests.ts';
import { pairProblems, pairing, problematic } from '../../../support/pairings.ts';

const path = 'spec.workload.components';
const object = stampedAs(profile('team'), 1);
const factsWith = (code: keyof typeof problematic) =>
  factsOf({ object }, { pairings: [pairing(pairProblems(problematic[code]))] });

describe('OverrideTypeDiffers', () => {
  it('denies, because the pair cannot be rendered', () => {
    const facts = factsWith('OverrideTypeDiffers');
    assert.deepEqual(findingsOf(overrideTypeDiffers, facts), [{ path }]);
    assert.equal(decide(facts).refusal?.status, 403);
  });

  it('does not report problems that another rule reports', () => {
    assert.deepEqual(findingsOf(overrideTypeDiffers, factsWith('OverrideMatchesNothing')), []);
  });
});
