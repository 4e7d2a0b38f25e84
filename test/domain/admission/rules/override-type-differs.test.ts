import assert from 'node:assert/strict';
import { decide } from '../../../../src/domain/admission/decide.ts';
import { overrideTypeDiffers } from '../../../../src/domain/admission/rules/override-type-differs.ts';
import { factsOf, findingsOf, stampedAs } from '../../../support/facts.ts';
import { profile } from '../../../support/manifests.ts';

const path = 'spec.workload.components';
const said = (code: string) => [{ code, severity: 'deny' as const, path, message: 'is "worker", but …' }];
const object = stampedAs(profile('team'), 1);

describe('OverrideTypeDiffers', () => {
  it('refuses: what comes of such a pair could not be rendered', () => {
    const facts = factsOf({ object }, { overrides: said('OverrideTypeDiffers') });
    assert.deepEqual(findingsOf(overrideTypeDiffers, facts), [{ path }]);
    assert.equal(decide(facts).refusal?.status, 403);
  });

  it('leaves what overrides say under another code to another rule', () => {
    const facts = factsOf({ object }, { overrides: said('OverrideMatchesNothing') });
    assert.deepEqual(findingsOf(overrideTypeDiffers, facts), []);
  });
});
