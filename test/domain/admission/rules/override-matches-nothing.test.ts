import assert from 'node:assert/strict';
import { decide } from '../../../../src/domain/admission/decide.ts';
import { overrideMatchesNothing } from '../../../../src/domain/admission/rules/override-matches-nothing.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const path = 'spec.environmentRef.name';
const said = (code: string) => [{ code, severity: 'warn' as const, path, message: 'no component is named "api"' }];

describe('OverrideMatchesNothing', () => {
  it('warns, and refuses nothing: the component may still come', () => {
    const facts = factsOf({ object: deployment('team') }, { overrides: said('OverrideMatchesNothing') });
    assert.deepEqual(findingsOf(overrideMatchesNothing, facts), [{ path }]);
    const { refusal, violations } = decide(facts);
    assert.equal(refusal, undefined);
    assert.deepEqual(
      violations.map(({ code, severity }) => ({ code, severity })),
      [{ code: 'OverrideMatchesNothing', severity: 'warn' }],
    );
  });

  it('leaves what overrides say under another code to another rule', () => {
    const facts = factsOf({ object: deployment('team') }, { overrides: said('OverrideTypeDiffers') });
    assert.deepEqual(findingsOf(overrideMatchesNothing, facts), []);
  });
});
