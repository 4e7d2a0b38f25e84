import assert from 'node:assert/strict';
import { decide } from '../../../../src/domain/admission/decide.ts';
import { tooManyOverrides } from '../../../../src/domain/admission/rules/too-many-overrides.ts';
import { factsOf, findingsOf, stampedAs } from '../../../support/facts.ts';
import { profile } from '../../../support/manifests.ts';
import { pairing, pairProblems, problematic } from '../../../support/pairings.ts';

const path = 'spec.workload.components';
const object = stampedAs(profile('team'), 1);
const factsWith = (code: keyof typeof problematic) =>
  factsOf({ object }, { pairings: [pairing(pairProblems(problematic[code]))] });

describe('TooManyOverrides', () => {
  it('denies, because the pair cannot be rendered', () => {
    const facts = factsWith('TooManyOverrides');
    assert.deepEqual(findingsOf(tooManyOverrides, facts), [{ path }]);
    assert.equal(decide(facts).refusal?.status, 403);
  });

  it('does not report problems that another rule reports', () => {
    assert.deepEqual(findingsOf(tooManyOverrides, factsWith('OverrideTypeDiffers')), []);
  });
});
